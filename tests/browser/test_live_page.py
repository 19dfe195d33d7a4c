"""The live part of a lesson's page, in a real browser, with a feed that tests play."""

import contextlib
import json
import re
import secrets
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Locator,
    Page,
    expect,
)
from rich.console import Console

from checks.author import projects
from checks.course.checklist import checklist
from checks.course.lessons import Course, Lesson
from checks.course.state import state_of
from checks.sandbox import redis_server
from checks.show import text, transcript
from checks.show.terminal import ENDLESS
from checks.verdict import Actor, Cause, Frame, Moment, Verdict, Where
from checks.verdict import Check as Asked
from tests import built
from tests.browser.live_events import (
    SUBMISSIONS,
    chosen,
    hint,
    judged,
    progress,
    project,
    running,
    saved,
)
from tests.browser.live_feed import Event, Feed
from tests.browser.opened import (
    MIDDLE,
    NARROW,
    WIDE,
    Open,
    accessible,
    widths,
)
from tests.machine import free_port
from tests.plain import Daphne, served

pytestmark = pytest.mark.when_changed(
    *("docs/**/*", "mkdocs.yml", "requirements/*.txt", "tests/browser/*.py"),
    *("checks/live/*", "checks/show/*", "checks/verdict.py", "checks/starters/**/*"),
)
"""What the pages and their scripts are made of, and what sends verdicts to them."""

ONE, THREE = "01_consumer", "03_channel_layer"
AWAY = "No connection to the live results; trying again. make learn starts them."
PASSES = re.compile("^✓ passed 10 of 10 checks")
MARKS = ["✓ passed, 2 of 7", "✗ needs attention, 2 of 7", "○ to do, 0 of 7"]
RAISES = "receive() raised ValueError: this is not a message"
SWALLOWS = "exceptions_are_swallowed"
"""A submission whose mistake has a section of its own in the lesson."""
RESTARTS = ("restarted;", "restarted 2 times;")
"""What a tab notes of a project that restarts, and restarts once more."""

# What is seen -----------------------------------------------------------------------


def states(page: Page, of: str = ".live-check") -> list[str]:
    """What is said of each check, or of something else, sign and word."""
    return page.locator(f"#live {of} > .live-state").all_inner_texts()


def line(page: Page) -> str:
    """The line of state."""
    return page.locator(".live-line").inner_text()


def unfold(page: Page) -> None:
    """Open the sheet of a narrow screen."""
    page.get_by_role("button", name="Show", exact=True).click()


def two_tabs(page: Page) -> tuple[Locator, Locator]:
    """Look at the panels of tab A and tab B."""
    page.get_by_role("tab", name="Two tabs").click()
    return page.locator("#live-tab-a"), page.locator("#live-tab-b")


def say(tab: Locator, words: str) -> None:
    """Type words into the box of a tab, and press Enter."""
    tab.get_by_role("textbox").fill(words)
    tab.get_by_role("textbox").press("Enter")


def received(tab: Locator) -> Locator:
    """The frames that a tab has received."""
    return tab.locator("[data-kind=received] .live-frame")


# Without `make learn` ---------------------------------------------------------------


def test_without_the_live_results_a_page_asks_nobody(
    open_page: Open, tmp_path_factory: pytest.TempPathFactory, feed: Feed
) -> None:
    page = open_page(folder=built.site(tmp_path_factory, "site"))
    expect(page.locator(".live-switch")).to_contain_text("make learn")
    assert page.locator("#live").count() == 0
    assert feed.connections == 0


def test_without_javascript_it_says_how_to_switch_them_on(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    expect(page.locator(".live-switch")).to_be_visible()
    expect(page.locator("#live")).to_be_hidden()


# Checks -----------------------------------------------------------------------------


def test_each_check_is_waiting_then_running_then_judged(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    page = open_page()
    checks = page.locator("#live .live-check")
    expect(checks).to_have_text([re.compile("^○ waiting")] * 10)
    feed.tell(running(1))
    expect(page.locator(".live-line")).to_have_text(re.compile("▸ checking"))
    feed.tell(running(1, "test_accepts"))
    expect(checks.nth(2)).to_have_text(re.compile("^▸ checking"))
    assert states(page)[:2] == ["· checked"] * 2
    feed.tell(judged(verdicts(ONE, "raises")))
    expect(checks.nth(4)).to_have_text(re.compile("^✗ failed"))
    assert states(page) == ["✓ passed"] * 4 + ["✗ failed"] + ["· not reached"] * 5
    assert states(page, ".live-task > p") == ["✓ passed", "✗ needs attention"]
    badges = page.locator("h2 .live-badge")
    expect(badges).to_have_text(["✓ passed", "✗ needs attention"])
    assert line(page) == "✗ needs attention task 2; 4 of 10 checks passed"
    assert page.title().startswith("✗ 1. A consumer")


def so_far(verdict: dict[str, Any], checks: int, run: int = 1) -> Event:
    """What is known of a run that goes on, when so many of its checks have ended."""
    known = verdict | {"checks": verdict["checks"][:checks], "seconds": 0.0}
    return judged(known, run) | {"unfinished": True}


def test_a_cause_is_shown_while_other_checks_run(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    verdict = verdicts(ONE, "raises")
    page = open_page()
    feed.tell(saved(1, "chat/consumers.py"), so_far(verdict, 5))
    feed.tell(running(1, "test_echoes_any_text"))
    cause = page.locator(".live-cause")
    expect(cause).to_contain_text(verdict["cause"]["cure"])
    assert states(page)[3:7] == ["✓ passed", "✗ failed", "▸ checking", "○ waiting"]
    assert line(page) == "✗ needs attention task 2; 4 of 10 checks passed so far"
    expect(page.locator(".live-notes")).to_be_empty()
    cause.evaluate("(box) => box.dataset.same = 'yes'")
    feed.tell(judged(verdict))
    expect(page.locator(".live-notes")).to_contain_text("4 of 10 checks passed in")
    assert states(page) == ["✓ passed"] * 4 + ["✗ failed"] + ["· not reached"] * 5
    assert line(page) == "✗ needs attention task 2; 4 of 10 checks passed"
    assert cause.get_attribute("data-same") == "yes"  # It is not drawn again.


def test_the_verdict_counts_where_it_has_another_cause(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    verdict = verdicts(ONE, "raises")
    page = open_page()
    feed.tell(so_far(verdict, 5))
    expect(page.locator(".live-cause")).to_contain_text(verdict["cause"]["cure"])
    other = verdict["cause"] | {"cure": "Do something else."}
    feed.tell(judged(verdict | {"cause": other}))
    expect(page.locator(".live-cause")).to_contain_text("Do something else.")


def test_a_save_while_checks_are_left_makes_a_cause_an_old_one(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    verdict = verdicts(ONE, "raises")
    page = open_page()
    feed.tell(so_far(verdict, 5))
    expect(page.locator(".live-line")).to_contain_text("so far")
    feed.tell(saved(2, "chat/consumers.py"))
    expect(page.locator(".live-stale")).to_have_text("before this save")
    feed.tell(judged(verdicts(ONE, "solved"), run=2))
    expect(page.locator(".live-line")).to_contain_text("✓ passed")


def test_a_task_is_in_progress_as_long_as_a_part_of_it_is_to_do(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    failed = judged(verdicts(THREE, "group_send_without_type"))
    feed.tell(failed | {"open": [{"task": 2, "title": "Task 2.3: Leave the group."}]})
    page = open_page(f"lessons/{THREE}/")
    expect(page.locator("h2 .live-badge")).to_have_text(
        ["✓ passed", "◐ in progress", "✗ needs attention"]
    )
    part = page.locator("#live .live-check").get_by_text("Task 2.3: Leave the group.")
    expect(part.locator("xpath=..")).to_have_text(re.compile("^○ to do"))
    feed.tell(judged(verdicts(THREE, "group_send_without_type"), run=2))
    expect(page.locator("h2 .live-badge").nth(1)).to_have_text("✓ passed")
    expect(part).to_have_count(0)


def test_a_run_is_shown_only_when_it_takes_long(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    feed.tell(judged(verdicts(ONE, "raises")))
    page = open_page(stopped=True)
    expect(page.locator(".live-line")).to_have_text(re.compile("needs attention"))
    feed.tell(
        running(2), running(2, "test_echoes"), progress("to_do", "to_do", "to_do")
    )
    expect(page.locator(".live-steps li")).to_have_count(3)  # So the runs are known.
    page.clock.run_for(200)
    assert line(page).startswith("✗ needs attention")
    page.clock.run_for(100)
    expect(page.locator(".live-line")).to_have_text("▸ checking again …")
    expect(page.locator(".live-stale")).to_have_text("from the last check")
    assert states(page)[3:6] == ["✓ passed", "✗ failed", "· not reached"]
    feed.tell(saved(3, "chat/consumers.py"), running(3, "test_echoes"))
    expect(page.locator(".live-stale")).to_have_text("before this save")
    expect(page.locator(".live-check > .live-state").nth(4)).to_have_text("▸ checking")
    assert states(page)[3:6] == ["· checked", "▸ checking", "○ waiting"]
    feed.tell(judged(verdicts(ONE, "solved"), 3), running(3, "test_echoes"))
    expect(page.locator(".live-line")).to_have_text(PASSES)


def test_what_is_as_shipped_is_to_do_and_nothing_is_red(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    feed.tell(progress("to_do", "to_do", "to_do"))
    feed.tell(judged(verdicts(ONE, "start"), state="to_do"))
    page = open_page()
    expect(page.locator(".live-line")).to_have_text("○ to do task 1; 0 of 10 checks")
    start = "Nothing has been changed yet: start with task 1, Accept the connection."
    expect(page.locator(".live-lead")).to_have_text(start)
    assert states(page) == ["○ to do"] * 10
    assert page.title().startswith("○ ")
    expect(page.locator(".live-notes")).to_contain_text("0 of 10 checks in")
    mark = page.locator(".md-nav--primary .live-mark").first
    expect(mark).to_have_text("○ to do, 0 of 7")
    assert reds(page) == []
    feed.tell(judged(verdicts(ONE, "start"), 2, "in_progress"))
    next_task = "Next: task 1, Accept the connection."
    expect(page.locator(".live-lead")).to_have_text(next_task)
    assert states(page)[:3] == ["✓ passed"] * 2 + ["○ to do"]
    assert reds(page) == []
    feed.tell(judged(verdicts(ONE, "raises"), 3))
    expect(page.locator("#live")).to_have_attribute("data-state", "needs_attention")
    assert reds(page)


def reds(page: Page) -> list[str]:
    """What is written in red."""
    found: list[str] = page.evaluate("""() => {
      const red = getComputedStyle(document.body).getPropertyValue("--course-bad");
      const probe = document.body.appendChild(document.createElement("i"));
      probe.style.color = red;
      const { color } = getComputedStyle(probe);
      probe.remove();
      return [...document.querySelectorAll(".live *, .live-badge *, .live-mark")]
        .filter((e) => e.checkVisibility() && getComputedStyle(e).color === color)
        .map((e) => e.textContent);
    }""")
    return found


def test_a_save_is_answered_at_once_and_what_it_changed_is_shown(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    feed.tell(judged(verdicts(ONE, "start"), state="in_progress"))
    page = open_page()
    line = page.locator(".live-line")
    expect(line).to_have_text(re.compile("task 1; 2 of 10 checks passed$"))
    feed.tell(saved(2, "chat/consumers.py"))
    expect(line).to_have_text("▸ checking saved consumers.py, checking …")
    feed.tell(judged(verdicts(ONE, "raises"), 2))
    expect(line).to_have_text(re.compile("was task 1, now task 2$"))
    again = verdicts(ONE, "raises") | {"started_at": "later"}
    feed.tell(saved(3, "chat/consumers.py"), judged(again, 3))
    expect(line).to_have_text(re.compile("same as before$"))
    said = page.locator("#live > [role=status]")
    expect(said).to_have_text("Same as before.")
    cause = again["cause"] | {"got": "something else"}
    other = again | {"cause": cause, "started_at": "later still"}
    feed.tell(judged(other, 4))
    expect(line).to_have_text(re.compile("still task 2, another failure$"))
    feed.tell(judged(verdicts(ONE, "solved"), 5))
    expect(line).to_have_text(re.compile("was task 2, now all checks pass$"))


def test_the_keyboard_and_the_place_stay_where_the_cause_is_the_same(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    feed.tell(judged(verdicts(ONE, SWALLOWS)))
    page = open_page(size=(1280, 500))
    link = page.locator(".live-facts a")
    link.focus()
    panel = page.locator("#live-checks")
    panel.evaluate("e => e.scrollTo(0, 120)")
    again = verdicts(ONE, SWALLOWS) | {"started_at": "later"}
    feed.tell(judged(again, 2))
    expect(page.locator(".live-since")).to_have_text("same as before")
    expect(link).to_be_focused()
    assert panel.evaluate("e => e.scrollTop") == 120
    feed.tell(judged(verdicts(ONE, "solved"), 3))
    expect(page.locator(".live-passed")).to_be_visible()
    assert page.evaluate("document.activeElement !== document.body")


@pytest.mark.in_sample(1)
@pytest.mark.parametrize("width", [600, 800, 1200])
def test_beside_an_editor_the_bar_says_it_all(
    width: int, open_page: Open, feed: Feed, verdicts: Any
) -> None:
    feed.tell(judged(verdicts(ONE, "raises")))
    page = open_page(size=(width, 800))
    brief = page.locator(".live-brief")
    expect(brief).to_contain_text(RAISES)
    expect(brief).to_contain_text("chat/consumers.py, line")
    assert feed.heard()[1] == {"type": "choose"}
    brief.get_by_role("button", name="Hint").click()
    assert feed.heard()[1] == {"type": "hint"}
    feed.tell(hint(1, "What does `json.loads` make?"), remember=False)
    expect(brief).to_contain_text("Hint 1: What does json.loads make?")
    expect(brief.get_by_role("button", name="Hint")).to_be_focused()
    accessible(page, "#live")


def test_the_keyboard_gets_to_the_results_in_one_step(open_page: Open) -> None:
    page = open_page(size=NARROW)
    expect(page.locator(".live-line")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the live results")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_be_focused()


def test_one_sentence_is_said_for_each_verdict(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    page = open_page()
    said = page.locator("#live > [role=status]")
    expect(said).to_be_empty()
    feed.tell(running(1), running(1, "test_echoes"), judged(verdicts(ONE, "raises")))
    expect(said).to_have_text(
        re.compile(f"^Your project: expected tab A .*, but {re.escape(RAISES)}\\.$")
    )
    feed.tell(judged(verdicts(ONE, "solved"), 2))
    expect(said).to_have_text(f"Passed. {Course().lesson('1').proved}")


@pytest.mark.in_sample(3)
@pytest.mark.parametrize(
    ("slug", "name"),
    [
        (ONE, "start"),
        (ONE, "raises"),
        (ONE, "solved"),
        (THREE, "group_send_without_type"),
        (THREE, "in_memory_layer_two_processes"),
        (THREE, "no_group_discard"),
    ],
)
def test_the_page_says_what_the_terminal_says(
    slug: str, name: str, open_page: Open, feed: Feed, verdicts: Any
) -> None:
    verdict = verdicts(slug, name)
    lesson = Course().lesson(slug)
    state = state_of(of_json(verdict), lesson, Path(verdict["project"]))
    feed.tell(judged(verdict, state=state))
    page = open_page(f"lessons/{slug}/")
    expect(page.locator(".live-notes")).to_contain_text(" checks ")
    if page.locator("#live-listed-tab").is_visible():
        page.get_by_role("tab", name="List").click()
    told = squeezed(page.locator("#live-checks").inner_text())
    for words in in_terminal(verdict):
        assert words in told, words


def in_terminal(verdict: dict[str, Any]) -> Iterator[str]:
    """The lines that a terminal shows, but those about commands and files of pages."""
    lesson = Course().lesson(verdict["lesson"])
    following = Course().after(lesson)
    out = StringIO()
    console = Console(file=out, width=ENDLESS, highlight=False)
    text.show(of_json(verdict), lesson, console, following)
    for printed in out.getvalue().splitlines():
        words = squeezed(printed).replace(": received", " received")
        is_command = re.match(
            "Read |Type make |A hint: |In your code|Messages, in ms", words
        )
        if words and not is_command and "task" not in words[:20]:
            # The number of the task stands above its checks on the page.
            yield words.rstrip(".") if words.startswith("Next comes") else words


def squeezed(words: str) -> str:
    """Words with one blank between them, and without backticks."""
    return " ".join(words.replace("`", "").split())


def of_json(data: dict[str, Any]) -> Verdict:
    """A verdict from its JSON."""
    kept = {"step", "lesson", "project", "started_at", "seconds", "broker"}
    kept |= {"checks_changed", "printed_bytes"}
    verdict = Verdict(**{name: data[name] for name in kept})
    verdict.cause = data["cause"] and cause_of(data["cause"])
    verdict.advice = [cause_of({"voice": "project", **one}) for one in data["advice"]]
    for check in data["checks"]:
        told = Asked(check["id"], check["task"], check["title"], check["outcome"])
        told.waited = check["waited"]
        told.transcript = [moment_of(moment) for moment in check["transcript"]]
        told.cause = verdict.cause if check["expected"] else None
        verdict.checks.append(told)
    return verdict


def cause_of(data: dict[str, Any]) -> Cause:
    """A cause from its JSON."""
    where = data["where"] and Where(**data["where"])
    frames = tuple(Frame(**frame) for frame in data.get("frames", ()))
    return Cause(**{**data, "where": where, "frames": frames})


def moment_of(data: dict[str, Any]) -> Moment:
    """A line of a transcript from its JSON."""
    return Moment(**{**data, "actor": Actor(**data["actor"])})


def test_what_a_project_says_stays_text(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    evil = "<img src=x onerror=alert(1)><b>bold</b>"
    verdict = verdicts(ONE, "raises")
    cause = {**verdict["cause"], "got": evil, "cure": evil, "page": "javascript:1"}
    feed.tell(judged({**verdict, "cause": cause, "printed": evil}))
    feed.tell(project("down", "down", why=evil))
    page = open_page()
    expect(page.locator(".live-cause")).to_contain_text(evil)
    two_tabs(page)
    expect(page.locator(".live-project")).to_contain_text(evil)
    assert page.locator("#live :is(img, b)").count() == 0


def test_a_check_that_leads_elsewhere_has_its_link(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    verdict = verdicts(ONE, SWALLOWS)
    feed.tell(judged(verdict))
    page = open_page()
    read = page.locator(".live-facts a")
    expect(read).to_have_text("Frames from other clients")
    read.click()
    assert page.url.endswith("#frames-from-other-clients")


@pytest.mark.parametrize("lesson", Course().lessons, ids=lambda lesson: lesson.slug)
def test_a_page_knows_the_checks_of_its_lesson(lesson: Lesson, site: Path) -> None:
    html = (site / "lessons" / lesson.slug / "index.html").read_text()
    data = re.search(r'id="course-lesson-data">(.*)</script>', html)
    assert data
    assert json.loads(data[1])["checks"] == checklist(lesson)


# The drawing ------------------------------------------------------------------------


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_story_of_a_failure_is_drawn_and_listed(
    size: tuple[int, int], open_page: Open, feed: Feed, verdicts: Any
) -> None:
    verdict = verdicts(THREE, "group_send_without_type")
    feed.tell(judged(verdict))
    page = open_page(f"lessons/{THREE}/", size)
    if size == NARROW:
        unfold(page)
    drawing = page.locator(".live-diagram")
    names = drawing.locator(".live-life text")
    kept = kept_rows(verdict)
    tabs = sorted({tab for row in kept for tab in re.findall(r"\btab [A-Z]", row)})
    expect(names).to_have_text([*tabs, "server 1", "Redis"])
    expect(drawing.locator("[data-kind=missing] .live-words")).to_contain_text(
        "does not receive"
    )
    missing = drawing.locator("[data-kind=missing] .live-shaft")
    assert "dash" in missing.evaluate(
        "e => getComputedStyle(e).strokeDasharray + 'dash'"
    )
    assert too_wide(page) == []
    assert drawing.locator(".live-step").count() == len(kept)
    page.get_by_role("tab", name="Drawing").press("ArrowRight")
    expect(page.get_by_role("tab", name="List")).to_be_focused()
    listed = page.locator(".live-lines li")
    expect(listed).to_have_text([re.compile("^ *" + re.escape(row)) for row in kept])
    expect(drawing).to_be_hidden()


def too_wide(page: Page) -> list[str]:
    """The words of the drawing that leave it."""
    found: list[str] = page.locator(".live-diagram").evaluate("""(svg) => {
      const box = svg.getBoundingClientRect();
      return [...svg.querySelectorAll("text")].filter((text) => {
        const { left, right } = text.getBoundingClientRect();
        return left < box.left - 1 || right > box.right + 1;
      }).map((text) => text.textContent);
    }""")
    return found


def kept_rows(verdict: dict[str, Any]) -> list[str]:
    """The lines that the terminal shows of a story, as the page's list has them."""
    out = StringIO()
    console = Console(file=out, width=ENDLESS, highlight=False)
    told = of_json(verdict)
    check = next(check for check in told.checks if check.cause)
    transcript.show(check.transcript, console, check.cause, check.waited)
    _, *rows = out.getvalue().strip().splitlines()
    return [squeezed(row) for row in rows]


# Hints and the solution ---------------------------------------------------------------


def test_hints_come_one_by_one_and_the_solution_by_choice(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    feed.tell(judged(verdicts(ONE, "raises")))
    page = open_page()
    assert feed.heard() == (f"/live/{ONE}/", {"type": "choose"})
    page.get_by_role("button", name="Hint for task 2").click()
    assert feed.heard()[1] == {"type": "hint"}
    feed.tell(hint(1, "What does `json.loads` make?"), remember=False)
    rungs = page.locator(".live-rungs > li")
    expect(rungs).to_have_text(["Hint 1 of 3 What does json.loads make?"])
    assert page.locator(".live-rungs code").inner_text() == "json.loads"
    page.get_by_role("button", name="Next hint").click()
    assert feed.heard()[1] == {"type": "hint"}
    feed.tell(hint(2, "Look there."), hint(3, "It is this.", last=True), remember=False)
    expect(rungs).to_have_text(
        [re.compile("Hint 1"), "Hint 2 of 3 Look there.", "Hint 3 of 3 It is this."]
    )
    expect(page.get_by_text("These were all the hints for this task.")).to_be_visible()
    expect(page.get_by_role("button", name="Next hint")).to_be_hidden()
    page.get_by_role("button", name="One way to write it").click()
    answer = page.locator("article details[open]")
    expect(answer.locator("summary")).to_be_focused()
    expect(answer).to_contain_text("self.send(")


def test_where_there_is_no_hint_that_is_said(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    feed.tell(judged(verdicts(ONE, "raises")))
    page = open_page()
    page.get_by_role("button", name="Hint for task 2").click()
    feed.tell({"type": "no_hint", "why": "There is none."}, remember=False)
    expect(page.locator(".live-hints")).to_contain_text("There is none.")


def test_after_passing_all_hints_are_shown_and_why(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    feed.tell(judged(verdicts(ONE, "solved")))
    page = open_page()
    page.get_by_role("button", name="Hints, and why it is solved this way").click()
    task = {"task": 1, "title": "Accept", "hints": ["One.", "Two."], "why": "`accept`."}
    feed.tell({"type": "hints", "passed": True, "tasks": [task]}, remember=False)
    rungs = page.locator(".live-rungs")
    expect(rungs).to_contain_text("Task 1, Accept")
    expect(rungs).to_contain_text("Why: accept.")


# Progress -----------------------------------------------------------------------------


def test_a_lesson_that_passes_leads_to_the_next(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    feed.tell(
        judged(verdicts(ONE, "solved")), progress("passed", "needs_attention", "to_do")
    )
    page = open_page()
    steps = page.get_by_role("list", name="Lessons").get_by_role("link")
    expect(steps).to_have_text(["1 ✓", "2 ✗", "3 ○"])
    expect(steps.nth(1)).to_have_accessible_name("Lesson 2: needs attention, 2 of 7")
    marks = page.locator(".md-nav--primary .live-mark")
    expect(marks).to_have_text(MARKS)
    page.get_by_role("link", name="Next comes lesson 2: One URL for each room").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("One URL")


def test_at_most_three_remarks_are_made(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    verdict = verdicts(THREE, "no_group_discard")
    assert verdict["verdict"] == "passed"
    feed.tell(judged({**verdict, "advice": verdict["advice"][:1] * 5}))
    page = open_page(f"lessons/{THREE}/")
    expect(page.locator(".live-advice")).to_have_count(3)
    kept = "2 more remarks are held back until these are dealt with."
    expect(page.locator(".live-passed")).to_contain_text(kept)


def test_the_front_page_shows_the_progress(open_page: Open, feed: Feed) -> None:
    feed.tell(progress("passed", "needs_attention", "to_do"))
    page = open_page("")
    marks = page.locator("article .live-mark")
    expect(marks).to_have_text(MARKS)
    go_on = page.get_by_role("link", name="Go on with lesson 2")
    expect(go_on).to_have_attribute("href", re.compile("/lessons/02_routing/$"))
    feed.tell(progress("passed", "passed", "to_do"))
    expect(page.get_by_role("link", name="Go on with lesson 3")).to_be_visible()
    accessible(page)


@pytest.mark.parametrize(
    "look", [{"color_scheme": "dark"}, {"forced_colors": "active"}]
)
def test_the_way_can_be_read_and_followed_by_everybody(
    look: dict[str, Any], open_page: Open, feed: Feed
) -> None:
    feed.tell(progress("passed", "needs_attention", "to_do"))
    page = open_page("", (390, 844), reduced_motion="reduce", **look)
    expect(page.locator("article .live-mark")).to_have_text(MARKS)
    wide, window = widths(page)
    assert wide <= window
    accessible(page, ".stops")
    stops = page.locator(".stops li")
    expect(stops).to_have_count(len(Course().lessons))
    page.locator("#what-you-will-build a").focus()
    for stop in stops.all()[:2]:
        page.keyboard.press("Tab")
        expect(stop.get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("One URL")


def test_the_last_page_shows_ones_own_figures(open_page: Open, feed: Feed) -> None:
    page = open_page("end/", NARROW)
    accessible(page)
    cell = page.locator("[data-figure=passed]")
    expect(cell).to_have_text(re.compile(r"^\d+ of \d+$"))
    counted = {"passed": "3 of 9", "first": "<b>1 & 2"}
    feed.tell(progress("passed") | {"figures": counted})
    expect(cell).to_have_text("3 of 9")
    expect(page.locator("[data-figure=first]")).to_have_text("<b>1 & 2")
    expect(page.locator("[data-figure=saves]")).to_have_text(re.compile(r"^\d+$"))


# Which lesson is checked --------------------------------------------------------------


def test_the_lesson_that_is_looked_at_is_chosen(open_page: Open, feed: Feed) -> None:
    page = open_page()
    assert feed.heard() == (f"/live/{ONE}/", {"type": "choose"})
    feed.tell(progress("to_do", "to_do", "to_do"), chosen("02_routing"))
    expect(page.locator(".live-line")).to_have_text(
        "◌ not up to date Lesson 2 is being checked, not this one."
    )
    page.get_by_role("button", name="Check this lesson").click()
    assert feed.heard()[1] == {"type": "choose"}
    page.evaluate("dispatchEvent(new Event('focus'))")
    assert feed.heard()[1] == {"type": "choose"}
    feed.tell(chosen(ONE))
    expect(page.get_by_role("button", name="Check this lesson")).to_be_hidden()


def test_a_page_that_nobody_looks_at_chooses_nothing(
    open_page: Open, feed: Feed
) -> None:
    page = open_page()
    feed.heard()
    hide(page)
    feed.tell(chosen("02_routing"))
    page.evaluate("dispatchEvent(new Event('focus'))")
    feed.stop()
    expect(page.locator(".live-line")).to_have_text(AWAY)
    feed.start()
    hide(page, hidden=False)
    expect(page.locator("#live")).not_to_have_attribute("data-state", "away")
    assert feed.heard()[1] == {"type": "choose"}
    assert feed.frames.empty()
    assert feed.connections == 2


def hide(page: Page, *, hidden: bool = True) -> None:
    """Let the page believe that nobody looks at it, or that somebody does again."""
    page.evaluate(
        "detail => dispatchEvent(new CustomEvent('test-hide', { detail }))", hidden
    )


# Going away and coming back -----------------------------------------------------------


def test_it_says_that_the_live_results_are_away_and_comes_back(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    feed.tell(judged(verdicts(ONE, "raises")))
    page = open_page()
    expect(page.locator(".live-line")).to_have_text(re.compile("needs attention"))
    feed.stop()
    expect(page.locator(".live-line")).to_have_text(AWAY)
    expect(page.locator(".live-cause")).to_contain_text(RAISES)
    accessible(page, "#live")
    feed.remembered = []
    feed.tell(judged(verdicts(ONE, "solved")))
    feed.start()
    expect(page.locator(".live-line")).to_have_text(PASSES)


def test_it_tries_less_and_less_often(open_page: Open, feed: Feed) -> None:
    feed.stop()
    page = open_page("", stopped=True)
    tried: list[str] = []
    page.on("websocket", lambda socket: tried.append(socket.url))
    for seconds in range(30):
        page.clock.run_for(1000)
        page.wait_for_function("() => true")  # Let the socket say that it has failed.
        assert len(tried) <= 4 + seconds / 5
    assert len(tried) >= 4


def test_when_make_learn_was_ended_it_says_so(open_page: Open, feed: Feed) -> None:
    page = open_page()
    feed.heard()
    feed.tell({"type": "stopped"}, remember=False)
    feed.stop()
    expect(page.locator(".live-line")).to_have_text(
        "make learn has ended. Type it again to continue."
    )


def test_when_it_is_sent_away_it_says_why(open_page: Open, feed: Feed) -> None:
    page = open_page()
    feed.heard()
    reason = "40 pages are connected already. Close one."
    feed.tell({"type": "refused", "code": 4404, "reason": reason}, remember=False)
    feed.hang_up(4404)
    sent = f"The live results rejected this page. {reason}"
    expect(page.locator(".live-line")).to_have_text(sent)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("#live")).not_to_have_attribute("data-state", "away")


def test_after_a_sleep_it_connects_again(open_page: Open, feed: Feed) -> None:
    page = open_page(stopped=True)
    feed.heard()
    page.clock.fast_forward("05:00:00")
    assert feed.heard()[1] == {"type": "choose"}
    assert feed.connections == 2


def test_after_leaving_and_coming_back_it_is_there(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    feed.tell(judged(verdicts(ONE, "raises")))
    page = open_page()
    expect(page.locator(".live-line")).to_have_text(re.compile("needs attention"))
    page.get_by_role("link", name="Home").first.click()
    expect(page.locator("#live")).to_have_count(0)
    feed.tell(judged(verdicts(ONE, "solved"), 2))
    page.go_back()
    expect(page.locator(".live-line")).to_have_text(PASSES)


# Two tabs, on a real project ----------------------------------------------------------


@pytest.fixture
def project_of(tmp_path: Path) -> Iterator[Callable[..., list[Daphne]]]:
    """`project_of(slug, name, servers)` serves a submission, or the solution."""
    with contextlib.ExitStack() as stack:

        def project_of(
            slug: str, name: str = "solved", servers: int = 1
        ) -> list[Daphne]:
            found = [*(SUBMISSIONS / slug).glob(f"*/{name}"), None]
            folder = projects.build(
                slug, tmp_path / slug, solved=True, submission=found[0]
            )
            for url in Course().lesson(slug).broker:
                stack.enter_context(redis_server.connected({"address": url}))
            return [stack.enter_context(served(folder)) for _ in range(servers)]

        yield project_of


def room(page: Page) -> None:
    """Go to a room in which nobody else is."""
    page.get_by_role("textbox", name="Room").fill(f"room{secrets.randbelow(10**9)}")
    page.get_by_role("button", name="Enter").click()


def test_with_redis_the_tabs_reach_each_other_on_two_servers(
    open_page: Open, feed: Feed, project_of: Any
) -> None:
    one, two = project_of(THREE, servers=2)
    feed.tell(project("up", "up", lesson=THREE, ports=(one.port, two.port)))
    page = open_page(f"lessons/{THREE}/", ports=(one.port, two.port))
    tab_a, tab_b = two_tabs(page)
    expect(tab_a).to_contain_text("Connected.")
    room(page)
    page.get_by_role("switch", name="Tab B on a second server").check()
    expect(page.locator(".live-panels")).to_contain_text(
        "connected to a second process"
    )
    expect(tab_a).to_contain_text(re.compile("connected to server 1, /ws/chat/room"))
    expect(tab_b).to_contain_text("connected to server 2")
    say(tab_a, "hello")
    expect(received(tab_b)).to_have_text('{"message": "hello"}')
    expect(tab_a.locator("[data-kind=sent]")).to_have_text(
        re.compile(r'^\d\d:\d\d:\d\d\.\d{3} ↑ sent \{"message":"hello"\}$')
    )
    accessible(page, "#live")


def test_with_the_layer_in_memory_they_do_not(
    open_page: Open, feed: Feed, project_of: Any
) -> None:
    one, two = project_of(THREE, "in_memory_layer_two_processes", servers=2)
    feed.tell(project("up", "up", lesson=THREE, ports=(one.port, two.port)))
    page = open_page(f"lessons/{THREE}/", ports=(one.port, two.port))
    tab_a, tab_b = two_tabs(page)
    expect(tab_b).to_contain_text("Connected.")
    say(tab_a, "on one server")
    expect(received(tab_b)).to_have_text('{"message": "on one server"}')
    page.get_by_role("switch").check()
    expect(tab_b).to_contain_text("connected to server 2")
    say(tab_a, "on two")
    expect(received(tab_a)).to_have_count(2)
    say(tab_b, "later")  # What comes later has come: what came not will not come.
    expect(received(tab_b)).to_have_count(2)
    expect(received(tab_b).last).to_have_text('{"message": "later"}')
    expect(received(tab_a)).to_have_count(2)


def test_a_tab_waits_for_the_server_that_it_was_put_on(
    open_page: Open, feed: Feed, project_of: Any
) -> None:
    one, two = project_of(THREE, servers=2)
    ports = (one.port, two.port)
    feed.tell(project("up", "starting", lesson=THREE, ports=ports))
    page = open_page(f"lessons/{THREE}/", ports=ports)
    _, tab_b = two_tabs(page)
    expect(tab_b).to_contain_text("connected to server 1")
    page.get_by_role("switch").check()
    expect(tab_b).to_contain_text("Your project is starting; then it connects.")
    feed.tell(project("up", "up", lesson=THREE, ports=ports))
    expect(tab_b).to_contain_text("connected to server 2")


def test_how_a_connection_ended_is_shown(
    open_page: Open, feed: Feed, project_of: Any
) -> None:
    (one,) = project_of(ONE, "raises")
    feed.tell(project("up", "up"))
    page = open_page(ports=(one.port, free_port()))
    tab_a, tab_b = two_tabs(page)
    expect(tab_a).to_contain_text("Connected.")
    tab_a.get_by_role("textbox").fill("no JSON at all")
    tab_a.get_by_role("button", name="Send raw").click()
    sent = tab_a.locator("[data-kind=sent] .live-frame")
    expect(sent).to_have_text("no JSON at all")
    expect(tab_a.locator(".live-status")).to_have_text(
        "Closed with code 1011: an exception was raised on the server; the terminal"
        " shows it. It connects again when your project has restarted."
    )
    tab_b.get_by_role("button", name="Close").click()
    expect(tab_b.locator(".live-status")).to_have_text(
        "Closed with code 1000: you closed it here."
    )
    say(tab_b, "is kept")
    expect(tab_b.locator(".live-status")).to_contain_text("Not sent.")
    assert tab_b.get_by_role("textbox").input_value() == "is kept"
    tab_b.get_by_role("button", name="Connect").click()
    expect(tab_b).to_contain_text("Connected.")
    feed.tell(project("starting", "starting"), project("up", "up"))
    expect(tab_a).to_contain_text("Connected.")


def test_the_tabs_come_back_when_the_project_does(
    open_page: Open, feed: Feed, project_of: Any
) -> None:
    (one,) = project_of(ONE)
    feed.tell(project("up", "up"))
    page = open_page(ports=(one.port, free_port()))
    tab_a, _ = two_tabs(page)
    status = tab_a.locator(".live-status")
    expect(status).to_have_text("Connected.")
    why = "SyntaxError: '(' was never closed, in chat/consumers.py, line 3."
    feed.tell(project("down", "down", why=why))
    one.stop()
    expect(status).to_contain_text("Closed with code 1006: the connection was lost")
    expect(status).to_contain_text(f"Your project does not run. {why}")
    expect(page.locator(".live-project")).to_contain_text(why)
    feed.tell(project("starting", "starting"))
    expect(status).to_have_text("Your project is starting; then it connects.")
    one.start()
    feed.tell(project("up", "up"))
    expect(status).to_have_text("Connected.")


def test_a_tab_whose_server_is_restarted_unannounced_tries_again(
    open_page: Open, feed: Feed, project_of: Any
) -> None:
    (one,) = project_of(ONE)
    feed.tell(project("up", "up"))
    page = open_page(ports=(one.port, free_port()))
    tab_a, _ = two_tabs(page)
    status = tab_a.locator(".live-status")
    expect(status).to_have_text("Connected.")
    one.stop()
    expect(status).to_contain_text("Connecting again …")
    one.start()
    expect(status).to_have_text("Connected.")


def test_the_tabs_stay_away_from_the_project_of_another_lesson(
    open_page: Open, feed: Feed, project_of: Any
) -> None:
    (one,) = project_of(ONE)
    feed.tell(project("up", "up"), chosen("02_routing"))
    page = open_page(ports=(one.port, free_port()))
    tab_a, _ = two_tabs(page)
    status = tab_a.locator(".live-status")
    expect(status).to_have_text("The project of another lesson runs now.")
    feed.tell(chosen(ONE))
    expect(status).to_have_text("Connected.")


REFUSALS = [
    ({"outcome": "rejected"}, "your project called close() before it had accepted."),
    (
        {"outcome": "not_accepted", "seconds": 5},
        "nothing accepted /ws/chat/lobby/ for 5 seconds.",
    ),
    (
        {"outcome": "raised", "error": "ValueError: No route found for path 'x'."},
        "no route leads to /ws/chat/lobby/.",
    ),
    (
        {
            "outcome": "raised",
            "error": "KeyError: 'x'",
            "where": {"file": "chat/consumers.py", "line": 8},
        },
        "your project raised KeyError: 'x', in chat/consumers.py, line 8.",
    ),
]


@pytest.mark.in_sample(2, of_all="all")
@pytest.mark.parametrize(("facts", "words"), REFUSALS)
def test_why_nobody_accepts_is_what_the_project_reports(
    facts: dict[str, Any], words: str, open_page: Open, feed: Feed
) -> None:
    feed.tell(project("up", "up"))
    page = open_page()  # Nobody listens on its ports.
    tab_a, tab_b = two_tabs(page)
    status = tab_a.locator(".live-status")
    expect(status).to_contain_text("your project reported no reason")
    event = {"type": "handshake", "lesson": ONE, "server": 1, "path": "/ws/chat/lobby/"}
    feed.tell({**event, "path": "/ws/chat/kitchen/", **facts}, event | facts)
    expect(status).to_contain_text(words)
    expect(tab_b.locator(".live-status")).to_contain_text(words)


def test_both_boxes_are_seen_at_once_and_an_empty_message_is_not_sent(
    open_page: Open, feed: Feed, project_of: Any
) -> None:
    (one,) = project_of(ONE)
    feed.tell(project("up", "up"))
    page = open_page(size=(1280, 720), ports=(one.port, free_port()))
    tab_a, tab_b = two_tabs(page)
    expect(tab_a).to_contain_text("Connected.")
    for tab in (tab_a, tab_b):
        expect(tab.get_by_role("textbox")).to_be_in_viewport(ratio=1)
        box = tab.get_by_role("textbox").bounding_box()
        room = page.locator("#live-try").bounding_box()
        assert box
        assert room
        assert box["y"] + box["height"] <= room["y"] + room["height"]
    say(tab_a, "")
    expect(tab_a.locator(".live-status")).to_contain_text("nothing is typed")
    assert tab_a.locator("[data-kind=sent]").count() == 0


def test_a_restart_is_one_line_and_one_announcement(
    open_page: Open, feed: Feed, project_of: Any
) -> None:
    (one,) = project_of(ONE)
    feed.tell(project("up", "up"))
    page = open_page(ports=(one.port, free_port()))
    tab_a, _ = two_tabs(page)
    said = tab_a.get_by_role("status")
    expect(said).to_have_text("tab A: Connected.")
    said.evaluate("""(e) => {
      window.announced = [];
      new MutationObserver(() => announced.push(e.textContent)).observe(
        e, { childList: true });
    }""")
    for times in RESTARTS:
        feed.tell(project("starting", "starting"))
        one.stop()
        one.start()
        feed.tell(project("up", "up"))
        expect(tab_a.locator("[data-kind=note]").last).to_contain_text(times)
    expect(tab_a.locator(".live-status")).to_have_text("Connected.")
    assert tab_a.locator("[data-kind=note]").count() == 2
    assert "1006" not in tab_a.locator(".live-log").inner_text()
    announced = page.evaluate("announced")
    assert announced.count("tab A: Connected.") <= len(RESTARTS)
    # One that takes more than a second is announced while it goes on, too.
    assert len(announced) <= 2 * len(RESTARTS), announced


# However one looks at it --------------------------------------------------------------


def test_everything_is_reached_by_keyboard(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    feed.tell(judged(verdicts(ONE, SWALLOWS)))
    page = open_page(size=NARROW)
    toggle = page.locator(".live-toggle")
    expect(page.locator(".live-line")).to_have_text(re.compile("needs attention"))
    toggle.focus()
    page.keyboard.press("Enter")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    expect(page.get_by_role("tab", name="Checks")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Two tabs")).to_be_focused()
    expect(page.locator("#live-try")).to_be_visible()
    page.keyboard.press("Home")
    expect(page.locator("#live-checks")).to_be_visible()
    seen = stops(page)
    for name in ("Frames from other clients", "Drawing", "Hint for task 2"):
        assert name in seen
    assert "Message of tab A" not in seen  # It is not shown now.
    toggle.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(toggle).to_be_focused()
    expect(page.locator("#live-body")).to_be_hidden()


def stops(page: Page) -> list[str]:
    """Where Tab leads from here on, until it has left the live column: no trap."""
    found: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate(
            """() => {
              const at = document.activeElement;
              const name = at.getAttribute("aria-label") || at.innerText;
              return at.closest("#live") && name;
            }"""
        )
        if name is None:
            return found
        found.append(name)
    raise AssertionError(f"the focus does not leave: {found}")


@pytest.mark.in_sample(1)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, MIDDLE, NARROW])
def test_axe_finds_nothing_and_nothing_is_too_wide(
    size: tuple[int, int], scheme: str, open_page: Open, feed: Feed, verdicts: Any
) -> None:
    feed.tell(progress("in_progress", "passed", "to_do"), project("up", "up"))
    page = open_page(size=size, color_scheme=scheme, reduced_motion="reduce")
    expect(page.locator(".live-line")).to_have_text(re.compile("^○ waiting"))
    look(page)
    if size != WIDE:
        unfold(page)
    feed.tell(running(1, "test_accepts"))
    expect(page.locator(".live-line")).to_have_text(re.compile("^▸ checking A tab"))
    look(page)
    for run, name in enumerate(("raises", "solved"), start=1):
        event = judged(verdicts(ONE, name), run)
        feed.tell(event)
        expect(page.locator(".live-sentence")).to_be_visible()
        shown = page.locator("#live")
        expect(shown).to_have_attribute("data-state", event["state"])
        look(page)
    two_tabs(page)
    expect(page.locator("#live-tab-a .live-status")).to_contain_text("Not connected")
    look(page)
    accessible(page)


def look(page: Page) -> None:
    """Nothing is wrong with what is seen now."""
    wide, window = widths(page)
    assert wide <= window
    accessible(page, "#live")


def test_who_wants_calm_gets_it(open_page: Open, feed: Feed) -> None:
    page = open_page(reduced_motion="reduce")
    feed.tell(running(1))
    sign = page.locator(".live-line .live-sign")
    expect(page.locator(".live-line")).to_have_text("▸ checking")
    assert sign.evaluate("e => getComputedStyle(e).animationName") == "none"


def test_on_paper_there_is_the_text_alone(
    open_page: Open, feed: Feed, verdicts: Any
) -> None:
    feed.tell(judged(verdicts(ONE, "raises")))
    page = open_page()
    expect(page.locator("h2 .live-badge").first).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("#live")).to_be_hidden()
    expect(page.locator("h2 .live-badge").first).to_be_hidden()
