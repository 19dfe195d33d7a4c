"""When Redis loses everything, or ends."""

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from tests.facts.conftest import Server
from tests.facts.test_closing import end
from tests.facts.test_layers import Member
from tests.machine import TIMEOUT

pytestmark = pytest.mark.when_changed("tests/facts/*", "requirements/*.txt")

Own = tuple[Any, Callable[[], Server]]


def test_after_flushall_a_tab_is_deaf(own_redis: Own) -> None:
    """After `FLUSHALL` the open connections stay open, and receive nothing from their groups any more."""
    redis, start = own_redis
    server = start()
    with server.connect(Deaf) as tab:
        tab.send("group")
        assert tab.recv(TIMEOUT) == "group"
        redis.flushall()
        tab.send("group")
        tab.send("itself")
        assert tab.recv(TIMEOUT) == "itself"


class Deaf(Member):
    def receive(self, text_data: str) -> None:
        if text_data == "itself":
            send = async_to_sync(self.channel_layer.send)
            send(self.channel_name, {"type": "to.itself"})
        else:
            super().receive("to.group")

    def to_group(self, event: dict[str, Any]) -> None:
        self.send(text_data="group")

    def to_itself(self, event: dict[str, Any]) -> None:
        self.send(text_data="itself")


def test_when_redis_ends_all_tabs_are_closed(own_redis: Own) -> None:
    """When Redis ends, every connection is closed with 1011, also one that has never sent to a group."""
    redis, start = own_redis
    server = start()
    with server.connect(Quiet) as tab:
        tab.send("words")
        assert tab.recv(TIMEOUT) == "words"
        os.kill(redis.info("server")["process_id"], signal.SIGKILL)
        assert end(tab)[0] == 1011


class Quiet(Deaf):
    def connect(self) -> None:
        self.accept()

    def receive(self, text_data: str) -> None:
        self.send(text_data=text_data)
