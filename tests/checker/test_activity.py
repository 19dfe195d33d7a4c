"""A check waits for what may still come, and for nothing else."""

import pytest

from tests.checker.toys import Toy

RECEIVES = '''
@task(1)
def test_receives(open_tab):
    """What a tab sends comes back, however late."""
    tab = open_tab("/talk/")
    tab.receives(tab.sends("words"))
'''
CONSUMER = """
import asyncio, os, subprocess, threading, time
from asgiref.sync import async_to_sync, sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

class Talk(AsyncWebsocketConsumer):
    async def receive(self, text_data):
        self.text, self.loop = text_data, asyncio.get_running_loop()
        await self.send(bytes_data=b"")  # So the end of the handler proves nothing.
        await self.answer_later()

    async def answer(self):
        await self.send(text_data=self.text)

    def answer_soon(self, *_):
        asyncio.run_coroutine_threadsafe(self.answer(), self.loop)
"""
LATER = {
    "in the handler": "await asyncio.sleep(0.8); await self.answer()",
    "in sync code": """
        await sync_to_async(time.sleep)(0.8)
        await self.answer()
""",
    "by a task": """
        async def later():
            await asyncio.sleep(0.8)
            await self.answer()
        self.task = asyncio.create_task(later())
""",
    "by a task that is not of the project's code": """
        self.task = asyncio.create_task(asyncio.sleep(0.8))
        self.task.add_done_callback(self.answer_soon)
""",
    "by a task that waits for an event": """
        self.task = asyncio.create_task(asyncio.Event().wait())
        self.loop.call_later(0.8, self.task.cancel)
        self.task.add_done_callback(self.answer_soon)
""",
    "by a timer": "self.loop.call_later(0.8, self.answer_soon)",
    "by a thread": "threading.Timer(0.8, self.answer_soon).start()",
    "by a thread of a pool": """
        done = self.loop.run_in_executor(None, time.sleep, 0.8)
        done.add_done_callback(self.answer_soon)
""",
    "by the thread of all sync code": """
        def later():
            time.sleep(0.8)
            self.answer_soon()
        type(sync_to_async(later)).single_thread_executor.submit(later)
""",
    "by a task that waits for what is no child of its process": """
        ends, end = os.pipe()
        subprocess.run(["setsid", "-f", "sleep", "0.8"], pass_fds=[end])
        os.close(end)
        reader = asyncio.StreamReader()
        async def later():
            protocol = asyncio.StreamReaderProtocol(reader)
            await self.loop.connect_read_pipe(lambda: protocol, os.fdopen(ends, "rb"))
            await reader.read()
            await self.answer()
        self.task = asyncio.create_task(later())
""",
    "by a process": """
        sleep = subprocess.Popen(["sleep", "0.8"], stdout=subprocess.PIPE)
        ends = sleep.stdout.fileno()
        self.loop.add_reader(ends, lambda: (
            self.loop.remove_reader(ends), sleep.wait(), self.answer_soon()))
""",
}


def _body(code: str) -> str:
    code = code if code.startswith("\n") else f"\n        {code}\n"
    return f"\n    async def answer_later(self):{code}"


@pytest.mark.parametrize("code", LATER.values(), ids=LATER)
def test_what_comes_late_is_waited_for(toy: Toy, code: str) -> None:
    toy.checks(RECEIVES).write("talk.py", CONSUMER + _body(code))
    assert toy.check().status == 0


@pytest.mark.parametrize(
    ("code", "got"),
    [
        ("pass", "nothing came"),
        ("threading.Timer(60, print).start()", "nothing came within 2 s"),
    ],
)
def test_nothing_is_waited_for_once_nothing_can_come(
    toy: Toy, code: str, got: str
) -> None:
    toy.checks(RECEIVES).write("talk.py", CONSUMER + _body(code))
    assert toy.check().verdict["cause"]["got"] == got
