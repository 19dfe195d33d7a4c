"""A real Chromium, and its tabs."""
