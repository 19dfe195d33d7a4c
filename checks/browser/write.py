"""A tab of a real browser: what is typed into its page, and what the page sends."""

from checks.browser.process import ANSWERING
from checks.browser.read import ReadPage
from checks.observe.conversation import message_of
from checks.observe.failure import Failure
from checks.verdict import shown


class WrittenPage(ReadPage):
    """A tab whose page is written into as a person writes, with keys and clicks."""

    def types(self, words: str) -> str:
        """Type words into the box and press Enter. Raises Failure if nothing leaves.

        `message` is then what the page made of the words.
        """
        before = len(self.sent)
        self.seen["words"] = words
        failed = self.browser.do("say", tab=self.name, words=words)
        expected = f"the page of {self.name} to send what is typed into its box"
        if len(self.sent) == before:
            kind, got = "page_sends_nothing", "no frame left it after Enter or a click"
            if failed or not self.seen["boxes"]:
                kind, got = "page_has_no_box", "it has no box that takes it"
            self.check_open(expected)
            raise self.failure(kind, expected, got)
        if self.seen["key_missed"]:
            got = "Enter does nothing, though the page waits for a key of another name"
            raise self.failure("page_misses_enter", expected, got)
        self.browser.wait(lambda: self._has_arrived() or None, ANSWERING)
        if len(self.sent) > before + 1:
            self.check_open(expected)  # It may be closed for so many.
        self._sent_once([frame for frame in self.sent[before:] if words in frame])
        messages = [message_of(frame) for frame in self.sent[before:]]
        said = (m for m in messages if isinstance(m, str) and words in m)
        self.message = next(said, None)
        return words

    def _sent_once(self, frames: list[str]) -> None:
        """Raise Failure where one press of Enter, or one click, sent a frame twice."""
        if len(set(frames)) < len(frames):
            raise self._sent_twice(f"it sent {shown(frames[-1])} twice")

    def _sent_twice(self, got: str) -> Failure:
        expected = f"the page of {self.name} to send once what is typed"
        return self.failure("page_sends_twice", expected, got)

    def sends_on_a_click(self, words: str) -> None:
        """Click the button that is there to send. Raises Failure if nothing leaves."""
        self.browser.do("click", tab=self.name, words=words)
        if self.seen["click_sends"] is False:
            expected = f"the page of {self.name} to send when its button is clicked"
            got = "no frame left it, though Enter sends one"
            raise self.failure("page_click_sends_nothing", expected, got)

    def writes(self, words: str) -> int:
        """Type words, and wait until they are shown; so many messages were sent."""
        before = len(self.sent)
        self.shows(self.types(words))
        sent = map(message_of, self.sent[before:])
        return sum(isinstance(message, str) for message in sent)

    def sends_another(self) -> Failure:
        """What the page has sent is not what a consumer reads."""
        expected = (
            f'the page of {self.name} to send {{"message": "…"}} with what is typed'
        )
        got = f"it sent {shown(self.sent[-1])}"
        return self.failure("page_sends_another", expected, got)

    def _has_arrived(self) -> bool:
        """Whether the server has what the page sent: a busy browser takes its time."""
        came = [e for e in self.events if e.get("type") == "websocket.receive"]
        arrived = sum(event["kind"] == "in" for event in came)
        again = len(self.seen["sockets"]) > 1 or self.is_cut
        return arrived >= len(self.sent) or again or bool(self.saw("raised"))
