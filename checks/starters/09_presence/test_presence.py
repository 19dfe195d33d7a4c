"""What lesson 9 asks for. Run it: `make check STEP=9`, or `pytest`."""

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
def test_lists_itself(open_tab, new_user, new_room):
    """A tab that connects is shown who is here: at first, only its own user."""
    ada = new_user()
    tab = open_tab(room_url(new_room()), user=ada)
    tab.lists("here", ada.name)


@task(1)
@needs(test_lists_itself)
def test_comes_and_goes(
    open_tab, handshake, second_server, hold, new_user, new_room, new_words
):
    """On both servers, every tab is shown who comes and who leaves."""
    room = room_url(new_room())
    ada, ben, cleo = new_user(), new_user(), new_user()
    tab_a = open_tab(room, user=ada)
    with hold(second_server, "before INSERT") as held:
        tab_b = handshake(room, user=ben, on=second_server)
        held.is_reached_or_passed(by=tab_b)
        held.is_seen_by(tab_a)
    for tab in (tab_a, tab_b):
        tab.lists("here", ada.name, ben.name)
    tab_c = open_tab(room, user=cleo)
    for tab in (tab_a, tab_b, tab_c):
        tab.lists("here", ada.name, ben.name, cleo.name)
    tab_b.receives(tab_b.sends(new_words()))
    with hold(second_server, "before DELETE") as held:
        tab_b.close()
        held.is_reached_or_passed(by=tab_b)
        held.is_seen_by(tab_a)
    for tab in (tab_a, tab_c):
        tab.lists("here", ada.name, cleo.name)


@task(1)
@needs(test_comes_and_goes)
def test_two_tabs(open_tab, second_server, new_user, new_room, new_words):
    """A user with two tabs is listed once, even after closing one of them."""
    room, ada, ben = room_url(new_room()), new_user(), new_user()
    tab_a = open_tab(room, user=ada)
    first = open_tab(room, user=ben)
    tab_a.lists("here", ada.name, ben.name)
    second = open_tab(room, user=ben, on=second_server)
    second.lists("here", ada.name, ben.name)
    first.receives(first.sends(new_words()))
    first.ends()
    words = second.sends(new_words())
    for tab in (tab_a, second):
        tab.receives(words)
    tab_a.still_lists("here", ada.name, ben.name)


@task(1)
@needs(test_two_tabs)
def test_both_tabs(open_tab, second_server, new_user, new_room, new_words):
    """When both of them are closed, that user is not listed any more."""
    room, ada, ben = room_url(new_room()), new_user(), new_user()
    tab_a = open_tab(room, user=ada)
    tabs = [open_tab(room, user=ben, on=second_server) for _ in range(2)]
    for tab in tabs:
        tab.lists("here", ada.name, ben.name)
    for tab in tabs:
        tab.receives(tab.sends(new_words()))
        tab.ends()
    tab_a.lists("here", ada.name)


@task(1)
@needs(test_lists_itself)
def test_other_rooms(open_tab, new_user, new_room):
    """Users in other rooms are not listed, even with similar room names."""
    room, ada, ben = new_room(), new_user(), new_user()
    tab_a = open_tab(room_url(f"{room}_2"), user=ada)
    tab_a.lists("here", ada.name)
    for other in (room, new_room()):
        tab_b = open_tab(room_url(other), user=ben)
        tab_b.lists("here", ben.name)
        tab_b.never_listed("here", ada.name, which="who is in another room")


@task(1)
@needs(test_comes_and_goes)
def test_rejected(open_tab, handshake, nobody, new_user, new_room, new_words):
    """A tab that is rejected is not listed, and changes nothing."""
    room, ada = room_url(new_room()), new_user()
    tab_a = open_tab(room, user=ada)
    tab_a.lists("here", ada.name)
    tab_b = handshake(room, user=nobody)
    tab_b.is_kept_out("because nobody is logged in")
    tab_b.ends()
    tab_a.receives(tab_a.sends(new_words()))
    tab_a.still_lists("here", ada.name)


@task(1)
@needs(test_lists_itself)
def test_delivers(open_tab, second_server, new_user, new_room, new_words):
    """Messages and the history still reach every tab of the room."""
    room, ada, ben = room_url(new_room()), new_user(), new_user()
    tab_a = open_tab(room, user=ada)
    tab_b = open_tab(room, user=ben, on=second_server)
    said = [tab_a.sends(new_words())]
    tab_b.receives(said[0], name=ada.name)
    said.append(tab_b.sends(new_words()))
    tab_a.receives(said[1], name=ben.name)
    late = open_tab(room, user=ada)
    late.receives_each_once(said, "what was said before it connected")


@task(1)
@needs(test_lists_itself)
def test_page_works(page, server, second_server, new_user):
    """The page works in a browser, and shows who is here."""
    page.works(server, second_server)
    page.lists("here", new_user)
    page.shows_text()
    page.comes_back()


@task(2)
@needs(test_comes_and_goes)
def test_stays(heartbeats, open_tab, second_server, new_user, new_room):
    """Users who stay in the room stay in the list, even if they only read."""
    room, ada, ben, cleo = room_url(new_room()), *(new_user() for _ in range(3))
    tab_a = open_tab(room, user=ada)
    tab_b = open_tab(room, user=ben, on=second_server)
    for tab in (tab_a, tab_b):
        tab.lists("here", ada.name, ben.name)
    heartbeats(6, tab_a, quiet=[tab_b])
    for tab in (tab_a, tab_b):
        tab.still_lists("here", ada.name, ben.name)
    open_tab(room, user=cleo).lists("here", ada.name, ben.name, cleo.name)


@task(2)
@needs(test_stays)
def test_killed(heartbeats, open_tab, serve, new_user, new_room):
    """When a server process is killed, its users disappear from the list."""
    room, ada, ben = room_url(new_room()), new_user(), new_user()
    tab_a = open_tab(room, user=ada)
    other_server = serve()
    tab_b = open_tab(room, user=ben, on=other_server)
    open_tab(room_url("elsewhere"), user=ben)  # It goes on, in its own room.
    for tab in (tab_a, tab_b):
        tab.lists("here", ada.name, ben.name)
    heartbeats(1, tab_a, quiet=[tab_b])
    other_server.dies()
    heartbeats(6, tab_a)
    tab_a.lists("here", ada.name)


@task(2)
@needs(test_stays)
def test_comes_later(heartbeats, open_tab, serve, new_user, new_room):
    """A tab that connects much later is not shown those users either."""
    room, ada, ben = room_url(new_room()), new_user(), new_user()
    other_server = serve()
    tab_b = open_tab(room, user=ben, on=other_server)
    tab_b.lists("here", ben.name)
    other_server.dies()
    heartbeats(6)
    tab_a = open_tab(room, user=ada)
    tab_a.lists("here", ada.name)
    tab_a.never_listed("here", ben.name, which="who was connected long ago")


@task(2)
@needs(test_stays)
def test_stays_away(
    heartbeats, open_tab, second_server, new_user, new_room, new_words
):
    """Those who have left do not come back; those who stay remain listed."""
    room = room_url(new_room())
    ada, ben, cleo, dan = (new_user() for _ in range(4))
    tab_a, tab_b = open_tab(room, user=ada), open_tab(room, user=ben)
    tab_c = open_tab(room, user=cleo, on=second_server)
    tab_b.lists("here", ada.name, ben.name, cleo.name)
    tab_b.receives(tab_b.sends(new_words()))
    tab_b.ends()
    tab_c.lists("here", ada.name, cleo.name)
    heartbeats(4, tab_a, quiet=[tab_c])
    tab_c.still_lists("here", ada.name, cleo.name)
    open_tab(room, user=dan).lists("here", ada.name, cleo.name, dan.name)


@task(1)
@needs(test_delivers)
def test_misses_nothing(
    open_tab, handshake, second_server, hold, new_room, new_words
):
    """A message sent while the history is read is received once."""
    room, said = room_url(new_room()), []
    tab = open_tab(room)
    for moment in ("before group_add", "before SELECT", "after SELECT"):
        with hold(second_server, moment) as held:
            late = handshake(room, on=second_server)
            held.is_reached(by=late)
            said.append(tab.sends(new_words()))
            tab.receives(said[-1])
        late.connects()
        said.append(tab.sends(new_words()))
        late.receives_each_once(said, "only once what was said meanwhile")


@task(2)
@needs(test_stays)
def test_rests(rests, open_tab, new_user, new_room, new_words):
    """Between two heartbeats, a tab that only reads makes no queries."""
    ada = new_user()
    tab = open_tab(room_url(new_room()), user=ada)
    tab.lists("here", ada.name)
    other = open_tab(room_url(new_room()), user=new_user())
    other.receives(other.sends(new_words()))
    with rests(tab):
        for _ in range(2):
            other.receives(other.sends(new_words()))


@task(1)
@needs(test_delivers)
def test_logs_out(project, open_tab, new_user, new_room):
    """When a user logs out, their tabs are closed with code 4401, as before."""
    tab = open_tab(room_url(new_room()), user=(ada := new_user()))
    project.browser_of(ada).logs_out("/chat/lobby/")
    tab.is_closed(4401, "when its session ends")


@task(1)
@needs(test_delivers)
def test_earlier_lessons(earlier_lessons, new_room):
    """Rooms, the history, breaks and reminders work as before."""
    earlier_lessons.still_work(room_url(new_room()), room_url(new_room()))


@advice
def test_sends_what_changes(heartbeats, open_tab, new_user, new_room):
    """A list that has not changed is not sent with each heartbeat."""
    ada = new_user()
    tab = open_tab(room_url(new_room()), user=ada)
    tab.lists("here", ada.name)
    heartbeats(3, tab)
    tab.repeats_no_list("here", most=1)


@advice
def test_tasks_end(heartbeats, open_tab, new_user, new_room, new_words):
    """When a tab is closed, its heartbeat ends, and makes no more queries."""
    room, ada = room_url(new_room()), new_user()
    tab_a, tab_b = open_tab(room, user=ada), open_tab(room, user=ada)
    tab_b.receives(tab_b.sends(new_words()))
    tab_b.ends()
    heartbeats(3, tab_a)
    tab_b.has_no_queries_left(most=1)


@advice
def test_leaves_the_group(open_tab, new_room, new_words, members):
    """A tab that closes leaves the group: nobody sends to it any more."""
    tab = open_tab(room_url(new_room()))
    tab.receives(tab.sends(new_words()))
    tab.ends()
    members.are_gone()


@advice
def test_wakes_up(heartbeats, open_tab, second_server, new_user, new_room):
    """A user whose server has stood still for a while is listed again."""
    room, ada, ben = room_url(new_room()), new_user(), new_user()
    tab_a = open_tab(room, user=ada)
    tab_b = open_tab(room, user=ben, on=second_server)
    for tab in (tab_a, tab_b):  # Its server writes nothing when it stops.
        tab.lists("here", ada.name, ben.name)
    with second_server.hangs():
        heartbeats(6, tab_a)
        tab_a.lists("here", ada.name)
    heartbeats(2, tab_b, tab_a)  # Its server may take a while to go on.
    tab_a.lists("here", ada.name, ben.name)
