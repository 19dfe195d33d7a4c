"""Tools for maintainers: they write derived files, and check the whole course."""
