"""What is seen of a run: events from inside, frames from outside, one timeline."""
