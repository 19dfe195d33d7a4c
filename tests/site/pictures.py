"""Take the pictures that the README shows, of `make learn` as it is now.

    .venv/bin/python -m tests.site.pictures

Writes docs/assets/learn-light.png and learn-dark.png: the page of lesson 1, whose first
task is done.
"""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from checks.browser import chromium
from checks.course.lessons import ROOT, Course
from tests.learn.learning import Learning, copy_of_the_course
from tests.site.test_recorded import build

SIZE: ViewportSize = {"width": 1280, "height": 800}
SCHEMES = ("light", "dark")
TASK = "task-2-send-the-message-back"
SETTLED = 500
"""Milliseconds after which a page that was scrolled is as it stays."""


def take(browser: Browser, scheme: str, address: str) -> None:
    """Take the picture of a page, in one colour scheme."""
    page = browser.new_page(
        viewport=SIZE,
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page.goto(address)
    results = page.get_by_role("complementary", name="Live results")
    expect(results.get_by_text("task 2; 4 of 10 checks passed")).to_be_visible()
    page.wait_for_timeout(SETTLED)
    page.screenshot(path=ROOT / f"docs/assets/learn-{scheme}.png")
    page.close()


def main() -> None:
    """Take all pictures, in a copy of the course."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        course = copy_of_the_course(Path(folder) / "course")
        lesson = Course().lesson("1")
        build(lesson, 1, course / "lessons" / lesson.slug)
        learning = Learning(course)
        browser = playwright.chromium.launch(
            executable_path=next(iter(chromium.find_browsers()), None),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        try:
            learning.prints("The lessons +http")
            for scheme in SCHEMES:
                site = f"http://127.0.0.1:{learning.site}"
                take(browser, scheme, f"{site}/lessons/{lesson.slug}/#{TASK}")
        finally:
            browser.close()
            learning.end()


if __name__ == "__main__":
    main()
