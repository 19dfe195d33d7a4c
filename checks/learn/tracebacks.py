"""The tracebacks that a project prints: each once, however often it is raised."""

from collections import Counter

BEGINNING = "Traceback (most recent call last):"
LONGEST, MOST = 300, 50
"""Lines of a traceback that are waited for, and how many tracebacks are known."""


class Tracebacks:
    """Reads the lines that one server prints; `known` counts for all servers."""

    def __init__(self, known: Counter[str]) -> None:
        self.known = known
        self.lines: list[str] = []

    def take(self, line: str) -> list[str]:
        """What there is to print, now that this line has come.

        A traceback is printed when its last line has come, which is not indented. One
        that was printed before is counted, and named on one line.
        """
        if line == BEGINNING:
            return self.rest() + self._begin(line)
        if not self.lines:
            return [line]
        self.lines.append(line)
        if line.startswith(" ") and len(self.lines) < LONGEST:
            return []
        return self._end(line)

    def rest(self) -> list[str]:
        """The lines of a traceback that has not ended."""
        lines, self.lines = self.lines, []
        return lines

    def _begin(self, line: str) -> list[str]:
        self.lines = [line]
        return []

    def _end(self, line: str) -> list[str]:
        lines = self.rest()
        text = "\n".join(lines)
        if len(self.known) >= MOST and text not in self.known:
            self.known.clear()
        self.known[text] += 1
        times = self.known[text]
        if times == 1:
            return lines
        return [f"{line} (raised again, {times} times so far; the traceback is above)"]
