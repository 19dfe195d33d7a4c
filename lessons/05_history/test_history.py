"""What lesson 5 asks for. Run it: `make check STEP=5`, or `pytest`."""

import datetime as dt

from checks import advice, needs, task


def room_url(name, since=None):
    query = "" if since is None else f"?since={since}"
    return f"/ws/chat/{name}/{query}"


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
def test_saves(open_tab, new_user, new_room, new_words):
    """What a tab sends is received, and is saved in the database."""
    ada = new_user()
    tab = open_tab(room_url(new_room()), user=ada)
    words = tab.sends(new_words())
    tab.receives(words, name=ada.name)
    tab.saves(words)


@task(1)
@needs(test_saves)
def test_saves_first(
    open_tab, second_server, server, hold, new_user, new_room, new_words
):
    """Nobody receives a message before it is saved."""
    room = room_url(new_room())
    tab_a = open_tab(room, user=new_user())
    tab_b = open_tab(room, user=new_user(), on=second_server)
    with hold(server, "before INSERT") as held:
        words = tab_a.sends(new_words())
        held.is_reached(by=tab_a)
        tab_b.receives(tab_b.sends(new_words()))
        tab_b.never_received(words, which="a message that is not saved yet")
    tab_b.receives(words)


@task(2)
@needs(test_saves)
def test_sends_the_history(
    open_tab, second_server, new_user, new_room, new_words
):
    """A tab that connects receives what was said in its room, and only that."""
    room = room_url(new_room().capitalize())
    ada, ben = new_user(), new_user()
    tab_a = open_tab(room, user=ada)
    tab_b = open_tab(room, user=ben)
    open_tab(room, user=ben, on=second_server)  # It has read no message yet.
    said = []
    for tab in (tab_a, tab_b, tab_a):
        said.append(tab.sends(f' "{new_words()}" & <{"b" * 300}>'))
        tab_a.receives(said[-1])
    late = open_tab(room, user=ben, on=second_server)
    late.receives_each_once(said, "what was said before it connected")
    for words, user in zip(said, (ada, ben, ada), strict=True):
        late.receives(words, name=user.name)
    other = open_tab(room_url(new_room()), user=ben)
    other.receives(other.sends(new_words()))
    for words in said:
        other.never_received(words)


@task(2)
@needs(test_sends_the_history)
def test_only_to_the_new_tab(
    open_tab, second_server, new_user, new_room, new_words
):
    """A tab that is there already does not receive the history again."""
    room = room_url(new_room())
    tab_a = open_tab(room, user=new_user())
    words = tab_a.sends(new_words())
    tab_a.receives(words)
    late = open_tab(room, user=new_user(), on=second_server)
    late.receives(words)
    last = late.sends(new_words())
    tab_a.receives_each_once([words, last], "each message once")


@task(2)
@needs(test_sends_the_history)
def test_only_the_newest(open_tab, reopen, new_user, new_room, new_words):
    """Of a long history, a tab receives the newest 50, in order."""
    room, quiet, ada = room_url(new_room()), room_url(new_room()), new_user()
    other, tab = open_tab(quiet, user=ada), open_tab(room, user=ada)
    alone = other.sends(new_words())
    other.receives(alone)
    away = open_tab(room, user=ada)
    away.receives(tab.sends(new_words()))
    away.ends()
    said = [tab.sends(f"{number} {new_words()}") for number in range(52)]
    tab.receives(said[-1])
    late = open_tab(room, user=ada)
    late.receives_each_once(said[-50:], "the newest 50 of 52 messages")
    for words in said[:-50]:
        late.never_received(words, which="more than the newest 50")
    back = reopen(away)
    back.receives_each_once(said[-50:], "the newest 50 that it has missed")
    late = open_tab(quiet, user=ada)
    late.receives_each_once(
        [alone], "what was said in a room where less was said"
    )


@task(2)
@needs(test_sends_the_history)
def test_the_same_again(open_tab, new_user, new_room, new_words):
    """Two messages with the same text both arrive, in the history and after."""
    room, ada = room_url(new_room()), new_user()
    tab = open_tab(room, user=ada)
    words = new_words()
    for _ in range(2):
        tab.sends(words)
    last = tab.sends(new_words())
    tab.receives_in_order([words, words, last])
    late = open_tab(room, user=ada)
    late.receives_each_once([words, words, last], "what was said twice")
    tab.sends(words)
    late.receives_in_order([words, words, last, words])


@task(2)
@needs(test_sends_the_history)
def test_misses_nothing(
    open_tab, handshake, second_server, hold, new_user, new_room, new_words
):
    """A message sent right after the history was read is received, too."""
    room, ada = room_url(new_room()), new_user()
    tab = open_tab(room, user=ada)
    first = tab.sends(new_words())
    tab.receives(first)
    with hold(second_server, "after SELECT") as held:
        late = handshake(room, user=ada, on=second_server)
        held.is_reached(by=late)
        words = tab.sends(new_words())
        tab.receives(words)
    late.connects()
    last = tab.sends(new_words())
    late.receives_each_once([first, words, last], "what was said meanwhile")


@task(2)
@needs(test_misses_nothing)
def test_repeats_nothing(
    open_tab, handshake, second_server, hold, new_user, new_room, new_words
):
    """A message sent right before the history is read is received once."""
    room, ada = room_url(new_room()), new_user()
    tab = open_tab(room, user=ada)
    with hold(second_server, "before SELECT") as held:
        late = handshake(room, user=ada, on=second_server)
        held.is_reached(by=late)
        words = tab.sends(new_words())
        tab.receives(words)
    late.connects()
    last = tab.sends(new_words())
    late.receives_each_once([words, last], "only once what was said meanwhile")


@task(2)
@needs(test_repeats_nothing)
def test_saved_first_sent_last(
    open_tab, server, second_server, hold, new_user, new_room, new_words
):
    """Of two messages, the one saved first still arrives if it is sent last."""
    room, ben = room_url(new_room()), new_user()
    tab_a = open_tab(room, user=new_user())
    tab_b = open_tab(room, user=ben, on=second_server)
    with hold(server, "before group_send") as held:
        first = tab_a.sends(new_words())
        held.is_reached(by=tab_a)
        second = tab_b.sends(new_words())
        tab_b.receives(second)
        open_tab(room, user=ben, on=second_server).receives(first)
        # Some tabs read all that is new from the database at each event.
        said = [first, second] if first in tab_b.messages else [second, first]
    expected = "a message that was saved first and sent last"
    tab_b.receives_each_once(said, expected)


@task(3)
@needs(test_sends_the_history)
def test_after_a_break(
    open_tab, reopen, second_server, new_user, new_room, new_words
):
    """A tab that comes back receives what it has missed, and only that."""
    room = room_url(new_room())
    tab_a = open_tab(room, user=new_user())
    tab_b = open_tab(room, user=new_user())
    other = open_tab(room_url(new_room()), user=new_user())
    old = tab_a.sends(new_words())
    tab_a.receives(old)
    tab_a.ends()
    missed = [tab_b.sends(new_words()) for _ in range(2)]
    tab_b.receives(missed[-1])
    elsewhere = other.sends(new_words())
    other.receives(elsewhere)
    tab_a = reopen(tab_a, on=second_server)
    last = tab_a.sends(new_words())
    tab_a.receives_each_once([*missed, last], "what it has missed")
    tab_a.never_received(old, which="what it had before the break")
    tab_a.never_received(elsewhere, which="what was said in another room")


@task(3)
@needs(test_after_a_break)
def test_any_since(open_tab, new_user, new_room, new_words):
    """Whatever follows `?since=`, a tab connects."""
    room, ada = new_room(), new_user()
    for since in ("x", "", "9" * 30, "%C2%B2", "%00%ff"):
        tab = open_tab(room_url(room, since=since), user=ada)
        tab.receives(tab.sends(new_words()))


@task(3)
@needs(test_after_a_break)
def test_page_works(page, server, second_server, hold):
    """The page works in a browser."""
    page.works(server, second_server)
    page.shows_text()
    page.shows_the_history()
    page.comes_back()
    page.shows_what_is_sent_late(second_server, hold)


@task(3)
@needs(test_repeats_nothing, test_after_a_break)
def test_repeats_nothing_after_a_break(
    open_tab, handshake, second_server, hold, new_user, new_room, new_words
):
    """A message sent while a tab comes back is received once."""
    room, ada = new_room(), new_user()
    tab = open_tab(room_url(room), user=ada)
    first = tab.sends(new_words())
    tab.receives(first)
    with hold(second_server, "before SELECT") as held:
        back = handshake(room_url(room, since=0), user=ada, on=second_server)
        held.is_reached(by=back)
        words = tab.sends(new_words())
        tab.receives(words)
    back.connects()
    last = tab.sends(new_words())
    said = [first, words, last]
    back.receives_each_once(said, "only once what was said meanwhile")


@task(3)
@needs(test_after_a_break)
def test_survives_its_server(
    open_tab, reopen, second_server, new_user, new_room, new_words
):
    """When a server process is killed, its tabs come back and miss nothing."""
    room = room_url(new_room())
    tab_a = open_tab(room, user=new_user(), on=second_server)
    tab_b = open_tab(room, user=new_user())
    said = [tab_a.sends(new_words())]
    tab_a.receives(said[0])
    second_server.dies()
    said.append(tab_b.sends(new_words()))
    tab_b.receives(said[-1])
    tab_a = reopen(tab_a)
    tab_a.receives_each_once(said[1:], "what it has missed")
    tab_a.never_received(said[0], which="what it had before the break")
    late = open_tab(room, user=new_user())
    late.receives_each_once(said, "what was said before the server was killed")


@task(2)
@needs(test_sends_the_history)
def test_names_alike(open_tab, new_user, new_room, new_words):
    """Each room has its own messages, even if two names look alike."""
    room, ada = new_room(), new_user()
    tab = open_tab(room_url(f"{room}_2"), user=ada)
    said = [tab.sends(new_words())]
    tab.receives(said[0])
    for name in (room, f"{room}_2".upper()):
        other = open_tab(room_url(name), user=ada)
        said.append(tab.sends(new_words()))
        tab.receives(said[-1])
        other.receives(other.sends(new_words()))
        for words in said:
            other.never_received(words)


@task(2)
@needs(test_sends_the_history)
def test_author_is_gone(open_tab, delete, new_user, new_room, new_words):
    """A room still opens when the author of a message has been deleted."""
    room, ada, ben = room_url(new_room()), new_user(), new_user()
    tab = open_tab(room, user=ben)
    tab.receives(tab.sends(new_words()))
    tab.ends()
    if delete(ben):
        late = open_tab(room, user=ada)
        late.receives(late.sends(new_words()))


@task(2)
@needs(test_sends_the_history)
def test_other_days(project, open_tab, new_user, new_room, new_words):
    """What was said yesterday comes before what was said today."""
    room, said = room_url(new_room()), []
    # About noon, each time, so that these are three days.
    to_noon = (12 - dt.datetime.now(dt.UTC).hour) % 24
    for hours in (to_noon, 23, 23):
        project.skips(hours * 3600)
        tab = open_tab(room, user=new_user())  # Sessions may end by then.
        said.append(tab.sends(new_words()))
        tab.receives(said[-1])
    late = open_tab(room, user=new_user())
    late.receives_each_once(said, "what was said on three days")


@task(1)
@needs(test_starts)
def test_nobody_else_connects(handshake, nobody, new_room):
    """A tab of somebody who is not logged in is rejected, as before."""
    tab = handshake(room_url(new_room()), user=nobody)
    tab.is_kept_out("because nobody is logged in")


@advice
def test_leaves_the_group(open_tab, new_room, new_words, members):
    """A tab that closes leaves the group: nobody sends to it any more."""
    tab = open_tab(room_url(new_room()))
    tab.receives(tab.sends(new_words()))
    tab.ends()
    members.are_gone()


@advice
def test_survives_text(open_tab, new_room, new_words):
    """A frame that is not JSON does not end the connection."""
    tab = open_tab(room_url(new_room()))
    tab.survives("this is not JSON", new_words())


@advice
def test_survives_bytes(open_tab, new_room, new_words):
    """A binary frame does not end the connection."""
    tab = open_tab(room_url(new_room()))
    tab.survives(b"\x00\xff", new_words())


@advice
def test_survives_objects(open_tab, new_room, new_words):
    """A message that is no text does not end the connection."""
    tab = open_tab(room_url(new_room()))
    tab.survives('{"message": null}', new_words())
