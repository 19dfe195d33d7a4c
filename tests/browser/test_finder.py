"""The finder on the page of all mistakes, in a real browser."""

import json
from typing import Any

from playwright.sync_api import expect

from checks.author.finder import SEEN
from checks.author.recorded import submissions
from checks.course.lessons import ROOT
from checks.explain import finder

from .opened import Open

PAGE = "reference/mistakes/"
FIND = """
async ([data, texts]) => {
  const { find } = await import(new URL("../../live/finder.js", location.href));
  return texts.map((text) => find(data, text).map(({ id, score }) => [id, score]));
}
"""


def test_it_finds_what_make_explain_finds(open_page: Open) -> None:
    data: Any = json.loads((ROOT / finder.DATA).read_text())
    files = [one.file for one in submissions() if one.file.exists()]
    texts = [got for file in files for _, _, got in SEEN.findall(file.read_text())]
    texts += [file.read_text() for file in files[::10]]
    texts += ["", "☃", "Straße 2026 12345", "ValueError: No route found for path 'ws'."]
    found = open_page(PAGE).evaluate(FIND, [data, texts])
    ours = [[[m.id, m.score] for m in finder.find(data, text)] for text in texts]
    assert found == ours


def test_what_is_pasted_leads_to_a_mistake(open_page: Open) -> None:
    page = open_page(PAGE)
    box = page.get_by_label("What you see in the browser")
    box.fill("Got: connect() ended and the WebSocket was not accepted")
    links = page.locator(".finder-found a")
    expect(links.first).to_be_visible()
    found = finder.find(finder.load(ROOT), box.input_value())
    assert [link.inner_text() for link in links.all()] == [m.name for m in found]
    links.first.click()
    page.wait_for_url(f"**/{PAGE}{found[0].symptom}/#{found[0].id}")
    expect(page.locator(f"#{found[0].id}")).to_be_in_viewport()


def test_an_old_address_leads_to_the_page_of_the_symptom(open_page: Open) -> None:
    page = open_page(f"{PAGE}#accept_is_not_called")
    page.wait_for_url(f"**/{PAGE}*/#accept_is_not_called")
    expect(page.locator("#accept_is_not_called")).to_be_in_viewport()
