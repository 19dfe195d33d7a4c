"""A lesson's page in a real browser: how long a save takes until it shows there."""

import itertools
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from saves import BREATH, RED, SAVED

from checks.browser import chromium
from checks.course.lessons import Lesson
from tests.learn.learning import Learning, copy_of_the_course

STARTING = 120_000
"""Milliseconds until the page shows the first verdict."""
STATES = {True: "passed", False: "needs_attention"}
"""What the page shows of right and of wrong code."""
ANSWER = """
(state) => {
  const live = document.getElementById("live");
  window.answer = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (live.dataset.state !== state) return;
      observer.disconnect();
      requestAnimationFrame(() => resolve(Date.now() / 1000));
    });
    observer.observe(live, { attributeFilter: ["data-state"] });
  });
}
"""
"""Notes the time when the page has this state: of the frame that shows it."""


class Looking:
    """A page that shows each verdict on a file that is saved again and again."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page, self.file = page, file
        self.right = file.read_text()
        self.numbers = itertools.count()

    def save(self, *, right: bool) -> tuple[float, str]:
        """Save right or wrong code; the seconds until that shows, and what it is."""
        time.sleep(BREATH)
        text = self.right + f"# {next(self.numbers)}\n" if right else RED
        self.page.evaluate(ANSWER, STATES[right])
        began = time.time()
        self.file.write_text(text)
        shown: float = self.page.evaluate("window.answer")
        return shown - began, STATES[right]


@contextmanager
def looking(lesson: Lesson, folder: Path) -> Iterator[Looking]:
    """`make learn` on a solved lesson, and a browser on its page."""
    learning = Learning(copy_of_the_course(folder / f"{lesson.slug} learning"))
    try:
        learning.solve(lesson.slug)
        learning.prints("The lessons +http")
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        path = next(iter(chromium.find_browsers()), None)
        with sync_playwright() as playwright:
            options = [*chromium.QUIET, *sandbox]
            browser = playwright.chromium.launch(executable_path=path, args=options)
            page = browser.new_page()
            page.goto(f"http://localhost:{learning.site}/lessons/{lesson.slug}/")
            page.wait_for_selector("#live[data-state=passed]", timeout=STARTING)
            yield Looking(page, learning.file(SAVED, lesson.slug))
            browser.close()
    finally:
        learning.end()
