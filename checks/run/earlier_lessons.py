"""What the lessons before have taught, tried once more in a chat that has grown."""

from collections.abc import Callable

from checks.asking.sockets import SocketTab
from checks.asking.users import User
from checks.run.tabs import Tabs

SOON, LATER = 0.1, 60
"""Seconds after which a reminder comes: one in this check, the other after it."""


class EarlierLessons:
    """Rooms of their own, the history, what a tab missed, and reminders."""

    def __init__(
        self, tabs: Tabs, new_user: Callable[[], User], new_words: Callable[[], str]
    ) -> None:
        self.tabs, self.user, self.new_words = tabs, new_user(), new_words

    def still_work(self, room: str, elsewhere: str) -> None:
        """Try them in two rooms where nobody has been: the paths of their WebSockets.

        Raises Failure at the first thing that does not work any more.
        """
        tab, other, away = (self._open(path) for path in (room, elsewhere, room))
        first = tab.sends(self.new_words())
        away.receives(first)
        unheard = other.sends(self.new_words())
        other.receives(unheard)
        other.never_received(first)
        away.ends()
        missed = tab.sends(self.new_words())
        tab.receives(missed)
        late, back = self._open(room), self.tabs.reopen(away)
        late.receives_each_once([first, missed], "what was said before it connected")
        late.never_received(unheard, which="what was said in another room")
        back.receives(missed)
        back.never_received(first, which="what it had before the break")
        self._reminds(tab, late)

    def _reminds(self, tab: SocketTab, reader: SocketTab) -> None:
        later, soon = self.new_words(), self.new_words()
        tab.sends(f"/in {LATER} {later}")
        tab.sends(f"/in {SOON} {soon}")
        tab.skips(SOON)
        reader.receives(soon)
        reader.never_received(later, which="a message that is not due yet")

    def _open(self, path: str) -> SocketTab:
        return self.tabs.open(path, user=self.user)
