"""How a command ends: what is printed when it cannot go on, and its exit status."""

import signal
import traceback

import click
from rich.console import Console

from checks import interrupts
from checks.show import terminal, text
from checks.verdict import STATUS, Finding, broke


def run(command: click.Group, errors: Console) -> int:
    """Run the command that was typed; return its exit status, whatever happens."""
    terminal.prepare()
    try:
        interrupts.raise_on(*interrupts.ENDING)
        return command(standalone_mode=False, prog_name="python -m checks") or 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        terminal.print_wrapped(errors, error.format_message(), style=terminal.BAD)
        return error.exit_code
    except click.Abort as error:
        return interrupts.exit_status(error.__cause__) if error.__cause__ else 1
    except KeyboardInterrupt as error:
        return interrupts.exit_status(error)
    except Exception as error:  # noqa: BLE001 (whatever it is, it is reported)
        return _report(error, errors)
    finally:
        interrupts.exit_at_once()  # Everything has been cleaned up.


def _report(error: Exception, errors: Console) -> int:
    """Report what kept a command from its work; return the exit status."""
    cause = error.cause if isinstance(error, Finding) else broke(error)
    text.show_cause(cause, errors)
    if cause.voice == "checker":
        terminal.print_line(errors, traceback.format_exc(), terminal.QUIET)
    return STATUS[cause.voice]


def status_for_make(status: int) -> int:
    """The exit status, without those that `make` would report to a person as errors."""
    answered = status in (1, 128 + signal.SIGINT)
    return 0 if answered and interrupts.typed_at_a_prompt() else status
