"""A lesson's notebook: what its cells call, and how it is run."""
