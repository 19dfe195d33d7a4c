from .development import *  # noqa: F403
