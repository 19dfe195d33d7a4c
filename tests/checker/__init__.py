"""Tests of the checker: on a toy course, and of its parts."""
