"""Do in a real browser what the lessons tell a reader to do, and tell what was seen.

    python -m tests.site.reader FOLDER

Lays projects out in FOLDER and serves them with `manage.py runserver`. Prints one JSON
document: for each scene, what the page said, the console and the terminal. A process of
its own, because whoever has Playwright's threads must not fork servers.
"""

import asyncio
import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, WebSocket, async_playwright, expect

from checks.author import projects
from checks.browser import chromium
from checks.course.lessons import ROOT, Course
from checks.sandbox import redis_server
from checks.sandbox.embedded_redis import listens
from tests.conftest import environment
from tests.machine import free_port, until
from tests.plain import with_own_groups
from tests.site.test_recorded import build

SUBMISSIONS = ROOT / "tests/submissions"
ANSWERING = 15_000
"""Milliseconds that a page may take to show something."""
TRIES = 5
"""How often a page is opened whose browser was too slow."""
SILENCE = 700
"""Milliseconds after which nothing more is expected on a machine of its own."""
ROOM = f"lobby-{secrets.token_hex(4)}"
"""In lesson 3 rooms are shared with whatever uses the same Redis."""
LETS_THROUGH = "01_consumer/valid/non_json_frame_kills_socket"
NO_JSON = "01_consumer/wrong/forgot_json_dumps_plain_text"
STATUSES = """
window.statuses = [];
new MutationObserver(() => {
  const status = document.querySelector("[role=status]")?.textContent.trim();
  if (status && status !== statuses.at(-1)) statuses.push(status);
}).observe(document, { subtree: true, childList: true, characterData: true });
"""
"""Has a page keep every text of its line of status."""
expect.set_options(timeout=ANSWERING)


def console_commands(slug: str) -> list[str]:
    """What the page of a lesson tells the reader to type into the console."""
    text = (ROOT / f"docs/lessons/{slug}.md").read_text(encoding="utf-8")
    return re.findall(r"^```js\n(.*)\n```$", text, re.MULTILINE)


class Project:
    """A project on a server of its own, and what that prints."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.port = folder, free_port()
        self.log = folder / f"log-{self.port}.txt"
        manage = [sys.executable, "manage.py", "runserver", *options]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*manage, f"localhost:{self.port}"],
                cwd=folder,
                env=environment(PYTHONUNBUFFERED="1"),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def end(self) -> None:
        os.killpg(self.process.pid, 9)
        self.process.wait()


class Seen:
    """A page of the chat, and all that a reader sees of it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.told: dict[str, Any] = {"status": [], "console": [], "sent": []}
        self.status = page.get_by_role("status")
        page.on("console", lambda said: self.told["console"].append(said.text))
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._keep)

    def _keep(self, text: str | bytes) -> None:
        self.told["sent"].append(text)

    async def open(self, project: Project, room: str = "lobby", host: str = "") -> None:
        """Open a room of the chat, as soon as the server is there."""
        address = f"http://{host or 'localhost'}:{project.port}/chat/{room}/"
        await self.page.add_init_script(STATUSES)
        for _ in range(ANSWERING // 100):
            try:
                await self.page.goto(address, wait_until="commit")
                break
            except Exception:  # noqa: BLE001  Chromium names many kinds of "not there"
                await asyncio.sleep(0.1)
        await self.says("")

    async def says(self, words: str) -> None:
        """Wait until the line under the title says this, and remember it."""
        await expect(self.status).to_contain_text(words)
        self.told["status"].append(await self.status.inner_text())

    async def type(self, words: str) -> None:
        await self.page.get_by_role("textbox").fill(words)
        await self.page.keyboard.press("Enter")

    async def shows(self, words: str) -> None:
        await expect(self.page.get_by_role("log").locator("> *").last).to_have_text(
            words
        )

    async def hears_nothing(self) -> None:
        await self.page.wait_for_timeout(SILENCE)
        assert await self.page.get_by_role("log").inner_text() == ""

    async def run(self, command: str, project: Project) -> None:
        """Type something into the console."""
        await self.page.evaluate(
            f"() => {{ {command} }}".replace("8001", str(project.port))
        )

    async def hears_console(self, words: str) -> None:
        """Wait until the console says this."""
        for _ in range(ANSWERING // 50):
            if any(words in said for said in self.told["console"]):
                return
            await asyncio.sleep(0.05)
        raise AssertionError((words, self.told))


async def waits(one: Seen, project: Project) -> None:
    """Lesson 1, untouched."""
    await one.open(project)
    await one.says("Closed with code 1006")
    # The server refuses after 5 seconds, and a busy machine may look later than that.
    one.told["status"] = await one.page.evaluate("statuses")
    assert one.told["status"][0] == "Connecting …"


async def accepted(one: Seen, project: Project) -> None:
    """Lesson 1, its first task done."""
    await one.open(project)
    await one.says("Connected.")
    await one.type("hello")
    await expect(one.page.get_by_role("textbox")).to_have_value("")
    await one.hears_nothing()


async def echoes(one: Seen, project: Project) -> None:
    """Lesson 1, solved: an answer, a stranger, and a save."""
    await one.open(project)
    await one.says("Connected.")
    await one.type("hello")
    await one.shows("hello")
    await one.run(console_commands("01_consumer")[0], project)
    await one.type("still here")
    await one.shows("still here")
    await one.says("Connected.")
    with (project.folder / "chat/consumers.py").open("a") as file:
        file.write("\n")
    await one.says("Closed with code 1006")


async def unguarded(one: Seen, project: Project) -> None:
    """Lesson 1 without the `try`.

    Daphne waits one second for the answer to its close frame. A browser that a busy
    machine keeps from answering says 1006: then the page is opened once more.
    """
    for _ in range(TRIES):
        await one.open(project)
        await one.says("Connected.")
        await one.run(console_commands("01_consumer")[0], project)
        await one.says("Closed with code")
        if "1006" not in one.told["status"][-1]:
            break
    assert "Closed with code 1011" in one.told["status"][-1]


async def no_json(one: Seen, project: Project) -> None:
    """Lesson 1 with a text that goes back without `json.dumps()`."""
    await one.open(project)
    await one.says("Connected.")
    await one.type("hello")
    await one.shows('(not {"message": "…"}) hello')
    one.told["log"] = await one.page.get_by_role("log").inner_text()


async def knocks(one: Seen, project: Project) -> None:
    """Lesson 2, untouched."""
    await one.open(project)
    await one.type("hello")
    await one.shows("hello")
    await one.run(console_commands("02_routing")[0], project)
    await one.hears_console("connected")


async def routed(one: Seen, project: Project) -> None:
    """Lesson 2, solved, and with a look at the scope."""
    await one.open(project, "kitchen")
    await one.says("Connected.")
    await one.run(console_commands("02_routing")[0], project)
    await one.hears_console("Unexpected response code: 500")
    assert "connected" not in one.told["console"]
    await one.open(project, host="dev.localhost")
    await one.hears_console("Unexpected response code: 403")


async def no_websocket(one: Seen, project: Project) -> None:
    """Lesson 2, without `"daphne"`."""
    await one.open(project)
    await one.hears_console("Unexpected response code: 404")
    await one.says("Closed with code 1006")


async def apart(one: Seen, project: Project) -> None:
    """Lesson 3, untouched: of two tabs, each receives only its own messages."""
    other = Seen(await one.page.context.new_page())
    await asyncio.gather(one.open(project, ROOM), other.open(project, ROOM))
    await asyncio.gather(one.says("Connected."), other.says("Connected."))
    await one.type("hello")
    await one.shows("hello")
    await other.hears_nothing()


async def together(one: Seen, project: Project, second: Project) -> None:
    """Lesson 3, solved, on two server processes."""
    other = Seen(await one.page.context.new_page())
    await asyncio.gather(one.open(project, ROOM), other.open(second, ROOM))
    await asyncio.gather(one.says("Connected."), other.says("Connected."))
    await one.type("hello")
    await asyncio.gather(one.shows("hello"), other.shows("hello"))


async def in_memory(one: Seen, project: Project, second: Project) -> None:
    """Lesson 3 with the layer in memory: received in one process, not in the other."""
    other = Seen(await one.page.context.new_page())
    await asyncio.gather(one.open(project, ROOM), other.open(second, ROOM))
    await asyncio.gather(one.says("Connected."), other.says("Connected."))
    await one.type("hello")
    await one.shows("hello")
    await other.hears_nothing()
    await other.open(project, ROOM)
    await other.says("Connected.")
    await one.type("hello")
    await other.shows("hello")


async def not_logged_in(one: Seen, project: Project) -> None:
    """Lesson 4, untouched: the page asks for a login, and the socket does not."""
    await one.page.goto(f"http://localhost:{project.port}/chat/lobby/")
    await expect(one.page).to_have_url(re.compile("/accounts/login/"))
    await one.run(console_commands("04_users")[0], project)
    sends = """tab.send('{"message": "a secret"}')"""
    tab = "const tab = new WebSocket('ws://localhost:8001/ws/chat/lobby/');"
    again = f"{tab} tab.onopen = () => setInterval(() => {sends}, 100)"
    await one.run(again, project)  # Until the first one has joined, and receives it.
    await one.hears_console('{"message": "a secret"}')


Act = Callable[..., Awaitable[None]]


class Stage:
    """Projects in a folder, each with the scene that is played on it."""

    def __init__(self, folder: Path, ends: ExitStack) -> None:
        self.folder, self.ends = folder, ends
        self.scenes: list[tuple[Act, list[Project]]] = []

    def add(self, act: Act, project: Path, *options: str, servers: int = 1) -> None:
        """Serve a project for this scene."""
        served = [Project(project, *options) for _ in range(servers)]
        for one in served:
            self.ends.callback(one.end)
        self.scenes.append((act, served))

    def lesson(self, step: str, done: int | None = None, name: str = "") -> Path:
        """The project of a lesson with its first tasks done, or with all of them."""
        lesson = Course().lesson(step)
        done = len(lesson.tasks) if done is None else done
        return with_own_groups(
            build(lesson, done, self.folder / f"{step}-{done}{name}")
        )

    def submission(self, path: str) -> Path:
        """The project of a submission."""
        slug, _, name = path.split("/")
        over = SUBMISSIONS / path
        return with_own_groups(
            projects.build(slug, self.folder / name, solved=True, submission=over)
        )

    def changed(self, step: str, path: str, change: Callable[[str], str]) -> Path:
        """The solved project of a lesson, with one file changed."""
        file = self.lesson(step, name=change.__name__) / path
        text = file.read_text(encoding="utf-8")
        assert change(text) != text
        file.write_text(change(text), encoding="utf-8")
        return file.parents[1]

    def fill(self) -> None:
        """Serve everything that the lessons speak of."""
        once = "--noreload"
        self.add(waits, self.lesson("1", 0), once)
        self.add(accepted, self.lesson("1", 1), once)
        self.add(echoes, self.lesson("1"))
        self.add(unguarded, self.submission(LETS_THROUGH), once)
        self.add(no_json, self.submission(NO_JSON), once)
        self.add(knocks, self.lesson("2", 0), once)
        self.add(routed, self.changed("2", "chat/consumers.py", _prints), once)
        without = self.changed("2", "mysite/settings.py", _without_daphne)
        self.add(no_websocket, without, once)
        self.add(apart, self.lesson("3", 0), once)
        self.add(together, self.lesson("3"), once, servers=2)
        memory = self.changed("3", "mysite/settings.py", _in_memory)
        self.add(in_memory, memory, once, servers=2)
        self.add(not_logged_in, self.lesson("4", 0), once)


def _prints(text: str) -> str:
    looks = 'print(self.scope["url_route"]["kwargs"], self.scope["user"])'
    return text.replace("self.accept()", f"{looks}\n        self.accept()")


def _without_daphne(text: str) -> str:
    return re.sub(r'\n *"daphne",.*', "", text)


def _in_memory(text: str) -> str:
    text = text.replace("channels_redis.core.RedisC", "channels.layers.InMemoryC")
    return re.sub(r'\n *"CONFIG": \{.*?\},', "", text, flags=re.DOTALL)


AT_ONCE = 3
"""How many scenes are played at once.

Daphne waits a second for a page to confirm that a connection is closed. A page that
does not get a processor for so long sees 1006 in the place of the code.
"""


async def play(
    browser: Browser, act: Act, served: list[Project], turn: asyncio.Semaphore
) -> dict[str, Any]:
    """Play one scene when it is its turn, and tell what was seen."""
    async with turn:
        context = await browser.new_context()
        page = Seen(await context.new_page())
        await act(page, *served)
        await context.close()
    return page.told | {"terminal": "".join(one.log.read_text() for one in served)}


async def main(folder: Path) -> None:
    """Play all scenes, once their servers have started."""
    with ExitStack() as ends:
        (address,) = Course().lesson("3").broker
        ends.enter_context(redis_server.connected({"address": address}))
        stage = Stage(folder, ends)
        stage.fill()
        servers = [one for _, served in stage.scenes for one in served]
        assert until(lambda: all(listens(one.port) for one in servers))
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=next(iter(chromium.find_browsers()), None),
                args=["--no-sandbox"] if os.geteuid() == 0 else [],
            )
            turn = asyncio.Semaphore(AT_ONCE)
            played = (play(browser, *scene, turn) for scene in stage.scenes)
            told = await asyncio.gather(*played)
            names = (act.__name__ for act, _ in stage.scenes)
            print(json.dumps(dict(zip(names, told, strict=True))))
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
