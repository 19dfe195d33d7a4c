"""Tests of the wall of a classroom: a real Daphne, real WebSockets, a real browser."""
