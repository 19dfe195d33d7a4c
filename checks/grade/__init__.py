"""Many submissions, checked and reported: what `make grade` does for a teacher."""
