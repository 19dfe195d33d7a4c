"""`make tabs`: two tabs of a real browser on a project, and what they showed."""
