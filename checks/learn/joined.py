"""A learner on the wall of a classroom: what `make learn WALL=…` adds."""

import sys
from dataclasses import dataclass

import click
from rich.console import Console

from checks.course.lessons import Lesson
from checks.course.state import State, count_passed
from checks.live.pages import Pages
from checks.show.terminal import print_wrapped
from checks.verdict import Verdict
from checks.wall.client import Status, WallClient
from checks.wall.protocol import Address, Position, cleaned

SHOWN = (
    "your name, your lesson, how many checks pass, the name of the mistake that you "
    "are at and for how long, and whether you ask for help"
)


@dataclass(frozen=True)
class Joining:
    """What was typed: the address of a wall, and a name that it shows."""

    address: Address
    name: str

    @classmethod
    def read(cls, wall: str | None, name: str | None) -> "Joining | None":
        """Read it, or ask for the name. Raises UsageError if one of them is wrong."""
        if not wall:
            return None
        try:
            address = Address.read(wall)
        except ValueError as error:
            raise click.UsageError(str(error)) from None
        if name is None and sys.stdin.isatty():
            name = click.prompt("Your name on the wall")
        if not (shown := cleaned(name or "")):
            raise click.UsageError("Choose the name that the wall shows: NAME=Ada")
        return cls(address, shown)


class OnWall:
    """Passes on to the wall where the learner is, and reports what becomes of it."""

    def __init__(self, joining: Joining, pages: Pages, console: Console) -> None:
        self.pages, self.console = pages, console
        self.url = joining.address.url
        self.client = WallClient(joining.address, joining.name, self._report)
        self.printed = ""
        self.has_joined = False

    async def run(self) -> None:
        """Stay on the wall until the learner leaves, or all ends."""
        await self.client.run()

    def show(self, lesson: Lesson, verdict: Verdict, state: State) -> None:
        """Show the wall where a verdict has found the learner."""
        self.client.move(position(lesson, verdict, state))

    def ask(self, what: str) -> None:
        """Do what the page of a lesson asks for."""
        if what == "leave":
            self.client.leave()
        else:
            self.client.ask_for_help(asked=what == "help")

    def _report(self, status: Status) -> None:
        """Send a status to the pages, and print what is new: one line, once."""
        event = {"name": status.name, "help": status.help, "why": status.why}
        self.pages.send("wall", state=status.state, shown=SHOWN, **event)
        words = self._words(status)
        if words and words != self.printed:
            self.printed = words
            print_wrapped(self.console, words, f"{'Wall':<14}")

    def _words(self, status: Status) -> str:
        match status.state:
            case "joined" if self.has_joined:
                return f"joined again as {status.name}"
            case "joined":
                self.has_joined = True
                return f"joined as {status.name}. It shows {SHOWN}; never your code."
            case "away":
                return f"{self.url} {status.why}; trying again"
            case "refused":
                return f"{self.url} {status.why}."
            case "left":
                return "left"
        return ""


def position(lesson: Lesson, verdict: Verdict, state: State) -> Position:
    """What the wall shows of a verdict: of two mistakes that fit, the likelier one."""
    failed = next((check for check in verdict.checks if check.cause), None)
    mistake = verdict.cause.mistake if verdict.cause else None
    return Position(
        lesson=lesson.step,
        state=state,
        task=failed.task if failed else None,
        mistake=mistake.split(" or ")[0] if mistake else None,
        passed=count_passed(verdict, state),
        checks=len(verdict.checks),
    )
