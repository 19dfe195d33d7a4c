"""What a process of the project reports where something in the project is not right."""

from dataclasses import dataclass


@dataclass
class ProjectFault(Exception):
    """Something in the project is not as it has to be, and nothing was raised for it.

    `fault` is a word for what it is; the others are as in `checks.verdict.Cause`.
    Without a cure, no mistake of the catalogue may say one.
    """

    fault: str
    expected: str
    got: str
    file: str
    cure: str = ""

    def __str__(self) -> str:
        return f"expected {self.expected}, but {self.got}"
