"""The learner's own code on the page: the place, the comparison, a reset."""

from typing import Any

from playwright.sync_api import expect

from checks.verdict import Cause, Check, Frame, Verdict, Where

from .live_feed import Event, Feed
from .opened import WIDE, Open, accessible, widths

ONE = "01_consumer"
PLACE = Where("chat/consumers.py", 9)
FRAMES = (Frame("a.py", 2, "f", "g()"), Frame("b.py", 7, "g", "1 / <0>"))
CAUSE = Cause(
    "project", "an answer", "there is none", "Write one.", PLACE, frames=FRAMES
)
CODE = {"first": 8, "lines": ["    def connect(self):", "        <b>pass</b>", ""]}
PART = {"file": "chat/consumers.py", "diff": [" a", "-mine <i>", "+ours"]}


def verdict(cause: Cause | None, code: dict[str, Any] | None = None) -> Event:
    """A verdict with one check, as an event."""
    outcome: Any = "failed" if cause else "passed"
    judged = Verdict(1, ONE, "lessons/x", cause=cause)
    judged.checks = [Check("test_accepts", 1, "It accepts.", outcome, cause=cause)]
    told = judged.as_dict() | {"run": 1, "code": code}
    return {"type": "verdict", "lesson": ONE, "run": 1, "verdict": told}


def test_three_lines_are_shown_and_opened_in_an_editor(
    open_page: Open, feed: Feed
) -> None:
    page = open_page()
    feed.tell(verdict(CAUSE, CODE))
    code = page.locator(".live-place .live-code")
    expect(code.locator("> span")).to_have_count(3)
    lines = [line.inner_text().split() for line in code.locator("> span").all()]
    assert lines[:2] == [["8", "def", "connect(self):"], ["▸9", "<b>pass</b>"]]
    assert "8 def connect" in code.inner_text()  # What all are indented by is left out.
    button = page.get_by_role("button", name="Open in your editor")
    button.focus()
    page.keyboard.press("Enter")
    while (frame := feed.heard()[1]) == {"type": "choose"}:
        pass
    assert frame == {"type": "open"}
    step = page.locator(".live-frames li").last
    expect(step).to_have_text("b.py:7: 1 / <0>")
    step.get_by_role("button", name="b.py:7").press("Enter")
    assert feed.heard()[1] == {"type": "open", "frame": 1}
    feed.tell({"type": "opened", "lesson": ONE, "editor": "code", "why": None})
    expect(page.locator(".live-place [role=status]")).to_have_text("Opened in code.")
    why = "Name your editor."
    feed.tell({"type": "opened", "lesson": ONE, "editor": None, "why": why})
    expect(page.locator(".live-place [role=status]")).to_have_text(why)
    accessible(page, "#live")
    feed.tell(verdict(None))
    expect(button).to_be_hidden()


def test_after_a_pass_yours_is_beside_ours_and_a_reset_says_what_it_kept(
    open_page: Open, feed: Feed
) -> None:
    page = open_page(size=WIDE)
    feed.tell(verdict(None))
    page.get_by_role("button", name="Compare with the solution").click()
    tasks = [{"task": 1, "title": "Accept", "why": "Because.", "parts": [PART]}]
    apply = "make solution STEP=1 WRITE=1"
    feed.tell({"type": "comparison", "tasks": tasks, "apply": apply})
    own = page.locator(".live-own")
    expect(own).to_contain_text("\N{MINUS SIGN} mine <i>")
    expect(own).to_contain_text("+ ours")
    expect(own).to_contain_text(
        f"Why: Because.To take the solution over, and keep yours: {apply}"
    )
    own.get_by_text("Start over").click()
    own.get_by_role("button", name="Reset this lesson").click()
    feed.tell({"type": "reset", "done": ["kept kept/now/x.py", "wrote lessons/x.py"]})
    expect(own.locator("details [role=status]")).to_have_text("kept kept/now/x.py")
    accessible(page, "#live")
    page.set_viewport_size({"width": 360, "height": 740})
    wide, window = widths(page)
    assert wide <= window
