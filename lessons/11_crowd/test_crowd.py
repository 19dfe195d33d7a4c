"""What lesson 11 asks for. Run it: `make check STEP=11`, or `pytest`."""

import pytest

from checks import advice, needs, task

pytestmark = pytest.mark.usefixtures("loop_goes_on")


def room_url(name):
    return f"/ws/chat/{name}/"


@task(1)
def test_starts(server, project):
    """Your project starts, and reaches the Redis that its settings name."""
    project.keeps_members()


@task(1)
@needs(test_starts)
def test_serves(project, newcomer):
    """`runserver` and `daphne` serve it, and a user can log in and out."""
    project.serves("/chat/lobby/", room_url("lobby"))
    newcomer.comes_and_goes("/accounts/signup/", "/chat/lobby/")


@task(1)
@needs(test_starts)
def test_delivers(open_tab, second_server, new_user, new_room, new_words):
    """Messages and the history still reach every tab of the room."""
    room, ada, ben = room_url(new_room()), new_user(), new_user()
    tab_a = open_tab(room, user=ada)
    tab_b = open_tab(room, user=ben, on=second_server)
    said = [tab_a.sends(new_words())]
    tab_b.receives(said[0], name=ada.name)
    late = [open_tab(room, user=ada, on=second_server)]
    late[0].receives_each_once(said, "what was said before it connected")
    said.append(tab_b.sends(new_words()))
    tab_a.receives(said[1], name=ben.name)
    late.append(open_tab(room, user=ada))
    late[1].receives_each_once(said, "what was said before it connected")


@task(1)
@needs(test_delivers)
def test_burst(announces, keeps, open_tab, server, new_user, new_room):
    """What is announced while a server is busy arrives: all 200, in order."""
    room, ada = new_room(), new_user()
    tab = open_tab(room_url(room), user=ada)
    tab.lists("here", ada.name)  # It writes nothing when its server stops.
    with server.hangs():
        said = announces(200, room, ada)
    keeps(tab, said, "while its server was busy")


@task(1)
@needs(test_delivers)
def test_quiet_room(announces, keeps, open_tab, server, new_user, new_room):
    """What is said in a quiet room arrives, however much is said elsewhere."""
    loud, quiet, ada, ben = new_room(), new_room(), new_user(), new_user()
    tab_a = open_tab(room_url(quiet), user=ben)
    tab_b = open_tab(room_url(loud), user=ada)
    tab_a.lists("here", ben.name)
    tab_b.lists("here", ada.name)
    with server.hangs():
        loudly = announces(200, loud, ada)
        quietly = announces(2, quiet, ben)
    keeps(tab_a, quietly, "after 200 messages in another room")
    keeps(tab_b, loudly, "while its server was busy")


@task(1)
@needs(test_burst)
def test_busy_tab(
    announces, keeps, open_tab, hold, server, new_user, new_room, new_words
):
    """A tab whose message is kept waiting receives all 200 afterwards."""
    room, ada, ben = new_room(), new_user(), new_user()
    tab_a, tab_b = (open_tab(room_url(room), user=it) for it in (ada, ben))
    tab_b.lists("here", ada.name, ben.name)
    with hold(server, "before group_send") as held:
        words = tab_b.sends(new_words())
        held.is_awaited(by=tab_b)
        said = announces(200, room, ada)
        keeps(tab_a, said, "while another tab was kept waiting")
    keeps(tab_b, said, "while its message was kept waiting", "left_behind")
    tab_b.receives(words)


@task(1)
@needs(test_burst)
def test_pause(announces, keeps, project, open_tab, server, new_user, new_room):
    """A server that is busy for half a minute loses nothing either."""
    room, ada = new_room(), new_user()
    tab = open_tab(room_url(room), user=ada)
    tab.lists("here", ada.name)
    with server.hangs():
        # It may have asked for the first of them already.
        said = announces(2, room, ada)
        project.skips(30)
        said += announces(1, room, ada)
    keeps(tab, said, "while its server was busy for 30 s", "burst_expired")


@task(1)
@needs(test_burst)
def test_in_production(project):
    """In production, capacity and expiry are large enough, too."""
    project.keeps_messages_in_production(capacity=201, expiry=31)


@task(2)
@needs(test_delivers)
def test_talks_fast(project, open_tab, new_user, new_room, new_words):
    """A tab that sends 20 frames in a row is not closed; all are received."""
    project.skips(11)  # The tabs of the checks before have sent nothing since.
    room = room_url(new_room())
    tab_a = open_tab(room, user=new_user())
    tab_b = open_tab(room, user=new_user())
    said = [tab_a.sends(new_words()) for _ in range(20)]
    for tab in (tab_a, tab_b):
        tab.receives_in_order(said)


@task(2)
@needs(test_talks_fast)
def test_flood(project, open_tab, new_user, new_room, new_words):
    """A tab that sends 100 frames at once is closed with code 4429."""
    project.skips(11)
    room, ada = room_url(new_room()), new_user()
    tab_a = open_tab(room, user=ada)
    tab_a.lists("here", ada.name)
    flooding = open_tab(room, user=new_user())
    said = [flooding.sends(new_words()) for _ in range(20)]
    for tab in (tab_a, flooding):
        tab.receives_in_order(said)
    for _ in range(79):
        flooding.send({"typing": True})
    words = flooding.sends(new_words())
    flooding.is_closed(4429, "when it has sent 100 frames at once")
    tab_a.receives(tab_a.sends(new_words()))
    which = "the last of 100 frames that were sent at once"
    tab_a.never_received(words, which=which)


@task(2)
@needs(test_flood)
def test_other_frames(open_tab, new_user, new_room):
    """Frames that are not messages count, too, and so do reminders."""
    room = room_url(new_room())
    reminder = '{"message": "/in 9 tea"}'
    for frame in ("no JSON", '{"typing": true}', b"\x00\x01", reminder):
        tab = open_tab(room, user=new_user())
        for _ in range(40):
            if isinstance(frame, bytes):
                tab.send_bytes(frame)
            else:
                tab.send_text(frame)
        tab.is_closed(4429, f"when it has sent {frame!r} 40 times at once")


@task(2)
@needs(test_flood)
def test_own_limit(open_tab, new_user, new_room, new_words):
    """Each tab has a limit of its own, even if two tabs belong to one user."""
    room, ada, ben = room_url(new_room()), new_user(), new_user()
    tabs = [open_tab(room, user=user) for user in (ada, ada, ben)]
    for tab in tabs:
        said = [tab.sends(new_words()) for _ in range(15)]
        for other in (tab, *tabs):
            other.receives_in_order(said)


@task(2)
@needs(test_flood)
def test_goes_on(project, open_tab, new_user, new_room, new_words):
    """Every ten seconds, a tab may send another 20 frames."""
    tab = open_tab(room_url(new_room()), user=new_user())
    for _ in range(3):
        said = [tab.sends(new_words()) for _ in range(20)]
        tab.receives_in_order(said)
        project.skips(11)


@task(2)
@needs(test_goes_on)
def test_never_pauses(project, open_tab, new_user, new_room, new_words):
    """A tab that sends eight frames every six seconds is never closed."""
    tab = open_tab(room_url(new_room()), user=new_user())
    for frames in (8,) * 4 + (1,) * 9:  # For more than a minute.
        tab.receives_in_order([tab.sends(new_words()) for _ in range(frames)])
        project.skips(6)


@task(2)
@needs(test_goes_on)
def test_pauses_briefly(
    project, open_tab, is_answered, new_user, new_room, new_words
):
    """A tab that sends 19 frames every five seconds is closed."""
    room = room_url(new_room())
    other, tab = (open_tab(room, user=new_user()) for _ in range(2))
    for _ in range(3):
        said = [tab.sends(new_words()) for _ in range(19)]
        is_answered(tab, said[-1])
        project.skips(5)
        for _ in range(2):  # What is due after these seconds comes first.
            other.receives(other.sends(new_words()))
    tab.is_closed(4429, "when it has sent 19 frames every five seconds")


@task(2)
@needs(test_goes_on)
def test_floods_later(
    project,
    open_tab,
    hold,
    server,
    second_server,
    is_closing,
    new_user,
    new_room,
    new_words,
):
    """Of 40 messages after a quiet minute, 20 arrive, and the tab is closed."""
    room, ada = room_url(new_room()), new_user()
    tab = open_tab(room, user=ada)
    other = open_tab(room, user=ada, on=second_server)
    tab.receives(tab.sends(new_words()))
    project.skips(60)
    with hold(server, "before group_send"):
        said = [tab.sends(new_words()) for _ in range(40)]
        is_closing(tab)  # It does not, where frames wait for those before them.
    tab.is_closed(4429, "when it has sent 40 frames at once")
    other.receives_in_order(said[:20])


@task(2)
@needs(test_flood)
def test_comes_back(open_tab, reopen, new_user, new_room, new_words):
    """A tab that was closed can connect again, and has missed nothing."""
    room, ada = room_url(new_room()), new_user()
    tab = open_tab(room, user=ada)
    said = [tab.sends(new_words()) for _ in range(20)]
    tab.receives_in_order(said)
    for _ in range(40):
        tab.sends(new_words())
    tab.is_closed(4429, "when it has sent more than 40 frames at once")
    words = open_tab(room, user=new_user()).sends(new_words())
    back = reopen(tab)
    back.receives(words)
    back.receives(back.sends(new_words()))


@task(2)
@needs(test_flood)
def test_page_works(page, server, second_server):
    """The page works in a browser, even when it has sent too much."""
    page.works(server, second_server)
    page.comes_back()
    page.comes_back_when_closed()


@task(3)
@needs(test_flood)
def test_slow_answer(open_tab, second_server, new_user, new_room, new_words):
    """A user whose tab the server closes leaves the list at once."""
    room, ada, ben = room_url(new_room()), new_user(), new_user()
    tab_a = open_tab(room, user=ada)
    flooding = open_tab(room, user=ben, on=second_server)
    tab_a.lists("here", ada.name, ben.name)
    with flooding.is_slow():
        for _ in range(40):
            flooding.sends(new_words())
        flooding.is_being_closed("when it has sent 40 frames at once")
        tab_a.receives(tab_a.sends(new_words()))
        flooding.catches_up()
    flooding.is_closed(4429, "when it has sent 40 frames at once")
    tab_a.lists("here", ada.name)


@task(3)
@needs(test_slow_answer)
def test_leaves(open_tab, second_server, new_user, new_room, new_words):
    """A user who closes their tab still disappears from the list."""
    room, ada, ben = room_url(new_room()), new_user(), new_user()
    tab_a = open_tab(room, user=ada)
    tab_b = open_tab(room, user=ben, on=second_server)
    tab_a.lists("here", ada.name, ben.name)
    tab_b.receives(tab_b.sends(new_words()))
    tab_b.ends()
    tab_a.lists("here", ada.name)


@task(3)
@needs(test_slow_answer)
def test_logs_out(
    project, open_tab, second_server, new_user, new_room, new_words
):
    """A user who logs out is closed with code 4401, and no longer listed."""
    room, ada, ben = room_url(new_room()), new_user(), new_user()
    tab_a = open_tab(room, user=ada)
    tab_b = open_tab(room, user=ben, on=second_server)
    tab_a.lists("here", ada.name, ben.name)
    with tab_b.is_slow():
        project.browser_of(ben).logs_out("/chat/lobby/")
        tab_b.is_being_closed("when its session ends")
        tab_a.receives(tab_a.sends(new_words()))
        tab_b.catches_up()
    tab_b.is_closed(4401, "when its session ends")
    tab_a.lists("here", ada.name)


@task(3)
@needs(test_slow_answer)
def test_nobody(handshake, nobody, new_room):
    """A user who is not logged in is rejected, as before."""
    tab = handshake(room_url(new_room()), user=nobody)
    tab.is_kept_out("because nobody is logged in")


@task(3)
@needs(test_slow_answer)
def test_other_tab_stays(project, open_tab, new_user, new_room, new_words):
    """When one of two tabs of a user is closed, the user is still listed."""
    project.skips(11)
    room, ada, ben = room_url(new_room()), new_user(), new_user()
    tab_a, flooding = open_tab(room, user=ada), open_tab(room, user=ben)
    open_tab(room, user=ben)
    tab_a.lists("here", ada.name, ben.name)
    for _ in range(40):
        flooding.send({"typing": True})
    flooding.is_closed(4429, "when it has sent 40 frames at once")
    for _ in range(2):  # Meanwhile, what its consumer does at its end is done.
        tab_a.receives(tab_a.sends(new_words()))
    cleo = new_user()
    open_tab(room, user=cleo)
    tab_a.lists("here", ada.name, ben.name, cleo.name)


@task(1)
@needs(test_delivers)
def test_earlier_lessons(earlier_lessons, new_room):
    """Rooms, the history, breaks and reminders work as before."""
    earlier_lessons.still_work(room_url(new_room()), room_url(new_room()))


@advice
def test_leaves_the_group(open_tab, new_room, new_words, members):
    """A tab that closes leaves the group: nobody sends to it any more."""
    tab = open_tab(room_url(new_room()))
    tab.receives(tab.sends(new_words()))
    tab.ends()
    members.are_gone()
