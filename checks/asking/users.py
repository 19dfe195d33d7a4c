"""The users of a check, and whoever is none."""

from dataclasses import dataclass

NAMES = ("ada", "ben", "cleo", "dan", "eve", "finn")
"""What the names of users begin with."""


@dataclass(frozen=True)
class User:
    """A user, whose browser sends `cookie`; without a name, somebody not logged in."""

    name: str = ""
    cookie: str = ""

    @property
    def shown(self) -> str:
        """How a transcript says whose tab it is."""
        return f"as {self.name or 'nobody'}"
