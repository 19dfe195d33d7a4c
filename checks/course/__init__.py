"""What there is to learn: lessons, tasks, fences, starters, hints."""
