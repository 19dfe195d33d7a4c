"""Tests of the live results: a real Daphne, a real Redis, real WebSockets."""
