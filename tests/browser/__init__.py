"""Tests of the real browser tabs."""
