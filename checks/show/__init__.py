"""Ways to show a verdict to a person or a program."""
