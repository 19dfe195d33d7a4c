"""Tell forked processes to start, all of them at once."""

import os


class StartSignal:
    """Holds forked processes back until it is sent.

    It is a pipe on which nothing is ever written: a reader goes on when the last
    writing end is closed, and a child closes the one that it inherits.
    """

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()

    @property
    def is_sent(self) -> bool:
        """Whether nobody is held back any more."""
        return self.writing < 0

    def wait(self) -> None:
        """Return once the signal was sent. For a child."""
        os.read(self.reading, 1)

    def send(self) -> None:
        """Let whoever waits go on, and whoever waits later. Does nothing twice."""
        if self.writing >= 0:
            os.close(self.writing)
        self.writing = -1

    def close(self) -> None:
        """Send it, and give back what it holds."""
        self.send()
        os.close(self.reading)
