"""For those who maintain the course: what is derived, and what must hold."""
