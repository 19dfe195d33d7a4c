"""Tests of what maintainers type."""
