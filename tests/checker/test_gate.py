"""A gate holds the next call that comes to a place, until it is opened."""

import asyncio
import queue
import threading

from checks.observe.gate import Gate
from tests.checker.toys import Toy
from tests.machine import TIMEOUT

PLACE = "before INSERT"


def test_the_first_who_comes_is_held_and_the_next_one_passes() -> None:
    reached: queue.Queue[str] = queue.Queue()
    passed: queue.Queue[str] = queue.Queue()
    gate = Gate(reached.put)
    gate.close(PLACE)
    gate.hold("before SELECT")  # Another place.

    def come() -> None:
        gate.hold(PLACE)
        passed.put("first")

    thread = threading.Thread(target=come)
    thread.start()
    assert reached.get(timeout=TIMEOUT) == PLACE
    gate.hold(PLACE)
    assert passed.empty()
    gate.open()
    assert passed.get(timeout=TIMEOUT) == "first"
    thread.join(TIMEOUT)


def test_the_event_loop_goes_on_while_a_coroutine_is_held() -> None:
    reached: queue.Queue[str] = queue.Queue()
    gate = Gate(reached.put)
    gate.close(PLACE)

    async def come() -> None:
        held = asyncio.ensure_future(gate.hold_async(PLACE))
        assert await asyncio.to_thread(reached.get, timeout=TIMEOUT) == PLACE
        assert not held.done()
        gate.open()
        await asyncio.wait_for(held, TIMEOUT)

    asyncio.run(come())


def test_who_does_not_come_to_the_place_is_reported(toy: Toy) -> None:
    toy.checks('''
@task(1)
def test_held(server, open_tab, hold):
    """A query is made."""
    tab = open_tab("/talk/")
    with hold(server, "before SELECT") as held:
        tab.sends("hello")
        held.is_reached(by=tab)
''')
    result = toy.check()
    assert result.status == 1
    cause = result.verdict["cause"]
    assert cause["expected"] == "the history to be read from the database"
    assert cause["got"] == "there was no SELECT"
    assert toy.left() == []


def test_a_killed_server_is_noticed_and_its_tab_is_cut(toy: Toy) -> None:
    toy.checks('''
@task(1)
def test_dies(server, open_tab):
    """The server lives."""
    tab = open_tab("/talk/")
    server.dies()
    tab.receives("hello")
''')
    result = toy.check()
    assert result.status == 1
    assert "ended" in result.verdict["cause"]["got"]
    assert toy.left() == []
