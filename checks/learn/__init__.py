"""`make learn`, `watch`, `run`: what runs while somebody works on a lesson."""
