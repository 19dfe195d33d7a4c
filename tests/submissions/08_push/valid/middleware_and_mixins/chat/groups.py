"""The names of the groups, in one place."""

from hashlib import sha256


def of_room(room):
    return f"chat_{room}"


def of_session(key):
    """The key is secret, so the name contains only a digest of it."""
    return f"session_{sha256(key.encode()).hexdigest()}"
