"""What lesson 6 asks for. Run it: `make check STEP=6`, or `pytest`."""

import pytest

from checks import advice, needs, task

pytestmark = pytest.mark.usefixtures("loop_goes_on")


def room_url(name):
    return f"/ws/chat/{name}/"


@task(1)
def test_starts(server, project):
    """Your project starts, and reaches the Redis that its settings name."""
    project.keeps_messages()


@task(1)
@needs(test_starts)
def test_serves(project, newcomer):
    """`runserver` and `daphne` serve it, and a user can log in and out."""
    project.serves("/chat/lobby/", room_url("lobby"))
    newcomer.comes_and_goes("/accounts/signup/", "/chat/lobby/")


@task(1)
@needs(test_starts)
def test_connects(open_tab, user, new_room):
    """A tab of a user who is logged in connects."""
    open_tab(room_url(new_room()), user=user)


@task(1)
@needs(test_connects)
def test_nobody_else_connects(handshake, nobody, new_room):
    """A tab of somebody who is not logged in is rejected, as before."""
    tab = handshake(room_url(new_room()), user=nobody)
    tab.is_kept_out("because nobody is logged in")
    tab.ends()


@task(1)
@needs(test_connects)
def test_keeps_nobody_waiting(handshake, open_tab, user, new_room):
    """While one tab is kept waiting in connect(), another one connects."""
    room = room_url(new_room())
    handshake(room, user=user, held_after="accept").is_held()
    open_tab(room_url(new_room()), user=user)


@task(1)
@needs(test_connects)
def test_sends_the_history(open_tab, save, new_user, new_room, new_words):
    """A tab receives what everybody said before in its room, in order."""
    room, ada, ben = new_room(), new_user(), new_user()
    said, elsewhere = [new_words(), new_words()], new_words()
    save(new_room(), [(ada, elsewhere)])
    save(room, [(ada, said[0]), (ben, said[1])])
    tab = open_tab(room_url(room), user=ada)
    tab.receives_in_order(said)
    tab.never_received(elsewhere, which="what was said in another room")


@task(1)
@needs(test_sends_the_history)
def test_joins(open_tab, new_room, members):
    """A tab that connects joins a group of the channel layer."""
    open_tab(room_url(new_room()))
    members.are_there()


@task(2)
@needs(test_connects)
def test_delivers(open_tab, second_server, new_user, new_room, new_words):
    """A message reaches every tab of its room, with the name of its sender."""
    room, ada, ben = room_url(new_room()), new_user(), new_user()
    tab_a = open_tab(room, user=ada)
    tab_b = open_tab(room, user=ben, on=second_server)
    for tab, user in ((tab_a, ada), (tab_b, ben)):
        words = tab.sends(new_words())
        tab_a.receives(words, name=user.name)
        tab_b.receives(words, name=user.name)


@task(2)
@needs(test_delivers)
def test_saves(open_tab, new_room, new_words):
    """What a tab sends is saved, and the event loop goes on meanwhile."""
    tab = open_tab(room_url(new_room()))
    words = tab.sends(new_words())
    tab.receives(words)
    tab.saves(words)


@task(2)
@needs(test_delivers)
def test_keeps_the_order(open_tabs, new_room, new_words):
    """Twenty messages of a tab arrive once, and in the order of sending."""
    room = room_url(new_room())
    tab_a, tab_b = open_tabs(room, room)
    said = [tab_a.sends(new_words()) for _ in range(20)]
    tab_a.receives_in_order(said)
    tab_b.receives_in_order(said)


@task(2)
@needs(test_delivers)
def test_after_a_break(open_tab, reopen, new_room, new_words):
    """A tab that comes back receives what it has missed, and nothing else."""
    tab = open_tab(room_url(new_room()))
    old = tab.sends(new_words())
    tab.receives(old)
    tab.ends()
    back = reopen(tab)
    back.receives(back.sends(new_words()))
    back.never_received(old, which="what it had before the break")


@task(2)
@needs(test_delivers)
def test_goes_on(open_tab, hold, server, new_room, new_words):
    """While a message of one tab is kept waiting, another tab sends its own."""
    tab_a, tab_b = (
        open_tab(room_url(new_room())),
        open_tab(room_url(new_room())),
    )
    with hold(server, "before group_send") as held:
        words = tab_a.sends(new_words())
        held.is_awaited(by=tab_a)
        tab_b.receives(tab_b.sends(new_words()))
    tab_a.receives(words)


@task(3)
@needs(test_delivers)
def test_goes_on_meanwhile(open_tab, new_room, new_words):
    """While a message is not due yet, all tabs send and receive."""
    room = room_url(new_room())
    tab_a, tab_b = open_tab(room), open_tab(room)
    other = open_tab(room_url(new_room()))
    later = new_words()
    tab_a.sends(f"/in 60 {later}")
    for tab in (tab_b, tab_a, other):
        tab.receives(tab.sends(new_words()))
    tab_b.sends(words := new_words())
    tab_a.receives(words)
    for tab in (tab_a, tab_b):
        tab.never_received(later, which="a message that is not due yet")


@task(3)
@needs(test_goes_on_meanwhile)
def test_reminds(open_tab, second_server, new_user, new_room, new_words):
    """When due, it arrives in every tab, once, and without the command."""
    room, ada = room_url(new_room()), new_user()
    tab_a = open_tab(room, user=ada)
    tab_b = open_tab(room, user=ada, on=second_server)
    ben = open_tab(room, user=new_user(), on=second_server)
    words = new_words()
    tab_a.sends(f"/in 0.1 {words}")
    tab_a.sends(new_words())  # On a slow machine, it is the later of the two.
    for tab in (tab_a, tab_b):
        tab.skips(0.1)
    tab_b.receives(words)
    last = tab_b.sends(new_words())
    for tab in (tab_a, tab_b):
        tab.receives_in_order([words, last])
    for tab in (tab_a, tab_b):  # A second one may have begun to wait only now.
        tab.skips(0.1)
    end = tab_b.sends(f"{last}0")
    for tab in (tab_a, tab_b):
        tab.receives_in_order([words, last, end])
    ben.receives(words, name=ada.name)


@task(3)
@needs(test_reminds)
def test_several(open_tab, was_due, new_room, new_words):
    """A tab can wait for several messages; each is sent and saved when due."""
    room = room_url(new_room().capitalize())
    tab, other = open_tab(room), open_tab(room)
    later, first, second = new_words(), new_words(), new_words()
    tab.sends(f"/in 60 {later}")
    tab.sends(f"/in 0.1 {first}")
    tab.sends(f"/in 0.9 {second}")
    tab.skips(0)  # It has handled these; what it sent at once comes first.
    other.receives(other.sends(new_words()))
    tab.skips(0.1)
    tab.receives(first)
    was_due(tab, first, 0.1)
    tab.skips(0.8)
    tab.receives(second)
    was_due(tab, second, 0.9)
    late = open_tab(room)
    late.receives_each_once([first, second], "what was due before it connected")
    late.receives(late.sends(new_words()))
    for each in (tab, late):
        each.never_received(later, which="a message that is not due yet")


@task(3)
@needs(test_reminds)
def test_others_keep_theirs(open_tab, new_room, new_words):
    """When one tab leaves, the reminders of the others still come."""
    room = room_url(new_room())
    stays, leaves = open_tab(room), open_tab(room)
    words, later = new_words(), new_words()
    stays.sends(f"/in 0.3 {words}")
    leaves.sends(f"/in 60 {later}")
    leaves.receives(leaves.sends(new_words()))
    leaves.ends()
    stays.skips(0.3)
    stays.receives(words)
    stays.never_received(later, which="a message that is not due yet")


@task(3)
@needs(test_reminds)
def test_is_a_message(open_tab, new_room):
    """A text that only looks like the command is sent as a message."""
    tab = open_tab(room_url(new_room()))
    for text in ("/in", "/in soon tea", "/inside 1 tea", "in 1 tea", "/in 1"):
        tab.receives(tab.sends(text))


@task(3)
@needs(test_reminds)
def test_page_works(page, server, second_server):
    """The page works in a browser, even while a message is not due yet."""
    page.works(server, second_server)
    page.shows_text()
    page.comes_back()
    page.goes_on_after("/in 60")
    page.shows_once("/in 0.1")


@task(1)
@needs(test_sends_the_history)
def test_only_the_newest(open_tab, save, new_user, new_room, new_words):
    """Of a long history, a tab still receives the newest 50, in order."""
    room, ada = new_room(), new_user()
    said = [f"{number} {new_words()}" for number in range(52)]
    save(room, [(ada, words) for words in said])
    tab = open_tab(room_url(room), user=ada)
    tab.receives_each_once(said[-50:], "the newest 50 of 52 messages")
    for words in said[:-50]:
        tab.never_received(words, which="more than the newest 50")


@task(2)
@needs(test_delivers)
def test_misses_nothing(
    open_tab, handshake, second_server, hold, new_room, new_words
):
    """A message sent while the history is read is received once."""
    room, said = room_url(new_room()), []
    tab = open_tab(room)
    beside = open_tab(room_url(new_room()), on=second_server)
    for moment in ("before group_add", "before SELECT", "after SELECT"):
        with hold(second_server, moment) as held:
            late = handshake(room, on=second_server)
            held.is_reached(by=late)
            if moment == "before group_add":  # Some read at the same time.
                beside.lets_queries_end(new_words())
            said.append(tab.sends(new_words()))
            tab.receives(said[-1])
        late.connects()
        said.append(tab.sends(new_words()))
        late.receives_each_once(said, "only once what was said meanwhile")


@advice
def test_leaves_the_group(open_tab, new_room, new_words, members):
    """A tab that closes leaves the group: nobody sends to it any more."""
    tab = open_tab(room_url(new_room()))
    tab.receives(tab.sends(new_words()))
    tab.ends()
    members.are_gone()


@advice
def test_survives_objects(open_tab, new_room, new_words):
    """A message that is no text does not end the connection."""
    tab = open_tab(room_url(new_room()))
    for message in ("null", "5"):
        tab.survives(f'{{"message": {message}}}', new_words())


@advice
def test_ends_with_the_tab(open_tab, new_room, new_words):
    """What a tab waits for ends with it: nothing is sent after it has left."""
    room = room_url(new_room())
    stays, leaves = open_tab(room), open_tab(room)
    words, first, later = new_words(), new_words(), new_words()
    leaves.sends(f"/in 9 {words}")  # Not due by itself before the tab leaves.
    leaves.sends(f"/in 60 {new_words()}")
    leaves.sends(f"/in 0.1 {first}")
    leaves.skips(0.1)
    leaves.receives(first)
    leaves.ends()
    stays.skips(9)
    for _ in range(2):  # What is due goes the same way as these.
        stays.receives(stays.sends(new_words()))
    stays.sends(f"/in 0.3 {later}")
    stays.skips(0.3)
    stays.receives(later)
    stays.never_received(words, which="a message of a tab that has left")
