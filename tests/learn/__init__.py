"""Tests of `make learn`, each in a copy of the course: a learner edits it in place."""
