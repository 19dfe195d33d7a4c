"""What a tab is shown of a list that changes, such as of who is in a room.

Each frame that has the list has all of it, so the newest one counts.
"""

import json
from collections import Counter
from typing import Any

from checks.asking.connection import Connection
from checks.observe.conversation import value_of
from checks.observe.failure import Failure
from checks.verdict import shown


class ListTab(Connection):
    """A tab, as far as the lists go that it receives."""

    looked = 0
    """How many frames it had received when a list was as expected."""

    def lists(self, key: str, *names: str) -> None:
        """Wait until the newest list under `key` has these names, in any order.

        Raises Failure when none comes that has them, and no other.
        """
        frame = json.dumps({key: sorted(names)})
        expected = f"{self.name} to receive {shown(frame)}"

        def is_listed() -> bool | None:
            lists = self._values(key)
            if lists and _is_list_of(lists[-1], names):
                return True
            self.check_open(expected)
            return None

        if not self.monitor.wait(is_listed):
            self._lists_others(key, names, expected)
        self.looked = len(self.received)

    def still_lists(self, key: str, *names: str) -> None:
        """Fail if a list that came since `lists` has others. Waits for nothing.

        Wait for a message first that was sent later.
        """
        expected = f"{self.name} to go on listing {shown(json.dumps(sorted(names)))}"
        for value in self._values(key, since=self.looked):
            if not _is_list_of(value, names):
                raise _otherwise(self, names, value, expected)

    def repeats_no_list(self, key: str, most: int) -> None:
        """Fail if more than `most` lists came since `lists`, and none was another one.

        Waits for nothing: wait for a message first that was sent later.
        """
        came = self._values(key, since=self.looked)
        if len(came) > most and all(value == came[0] for value in came):
            expected = "a list that has not changed not to be sent again and again"
            got = f"{self.name} received the same one {len(came)} times more"
            raise Failure("list_repeated", expected, got, tab=self)

    def never_listed(self, key: str, name: str, which: str) -> None:
        """Fail if a list had this name; `which` says whose it is."""
        expected = f"{self.name} never to list {which}"
        for value in self._values(key):
            if isinstance(value, list) and name in value:
                raise _otherwise(self, [], value, expected)

    def _values(self, key: str, since: int = 0) -> list[Any]:
        """What its frames have under a key, in order."""
        values = (value_of(text, key) for text in self.received[since:])
        return [value for value in values if value is not None]

    def _lists_others(self, key: str, names: tuple[str, ...], expected: str) -> None:
        """Raise the Failure of a list that did not come, or is another one."""
        lists = self._values(key)
        if not lists:
            raise self._failure("silent", expected)
        raise _otherwise(self, names, lists[-1], expected)


def _is_list_of(value: Any, names: Any) -> bool:
    texts = isinstance(value, list) and all(isinstance(name, str) for name in value)
    return texts and sorted(value) == sorted(names)


def _otherwise(tab: ListTab, names: Any, value: Any, expected: str) -> Failure:
    """How a list differs from these names, each of which is in it once."""
    kind, got = _difference(names, value)
    facts = {"list": value}
    return Failure(kind, expected, got, tab=tab, facts=facts)


def _difference(names: Any, value: Any) -> tuple[str, str]:
    """The kind of failure, and its words."""
    got = f"it received {shown(json.dumps(value))}"
    if not _is_list_of(value, value):
        return "no_list", got
    twice = [name for name, times in Counter(value).items() if times > 1]
    if twice:
        return "listed_twice", f"{got}, with {twice[0]!r} in it twice"
    if missing := set(names) - set(value):
        return "not_listed", f"{got}, without {min(missing)!r}"
    extra = min(set(value) - set(names))
    return "still_listed", f"{got}, with {extra!r} in it"
