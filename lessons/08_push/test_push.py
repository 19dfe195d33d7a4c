"""What lesson 8 asks for. Run it: `make check STEP=8`, or `pytest`."""

import pytest

from checks import advice, needs, task

pytestmark = pytest.mark.usefixtures("loop_goes_on")

TOO_LONG = "too long " * 30


def room_url(name):
    return f"/ws/chat/{name}/"


@task(1)
def test_starts(server, project):
    """Your project starts, and reaches the Redis that its settings name."""
    project.keeps_messages()


@task(1)
@needs(test_starts)
def test_serves(project):
    """`runserver` and `daphne` serve it, and its page opens for a user."""
    project.serves("/chat/lobby/", room_url("lobby"))


@task(1)
@needs(test_starts)
def test_command(
    open_tab, second_server, project, new_user, new_room, new_words
):
    """What a command announces arrives in every tab of the room."""
    room, ada = f"A-b_{new_room()}", new_user()
    tab_a = open_tab(room_url(room), user=ada)
    tab_b = open_tab(room_url(room), user=new_user(), on=second_server)
    elsewhere = open_tab(room_url(new_room()), user=ada)
    words = new_words()
    project.manages("announce", room, ada.name, words)
    for tab in (tab_a, tab_b):
        tab.receives(words, name=ada.name)
    elsewhere.receives(elsewhere.sends(new_words()))
    elsewhere.never_received(words, which="what was announced in another room")


@task(1)
@needs(test_command)
def test_page(open_tab, second_server, project, new_user, new_room, new_words):
    """What a page announces arrives in every tab of the room, in order."""
    room, ada = new_room(), new_user()
    tab_a = open_tab(room_url(room), user=ada)
    tab_b = open_tab(room_url(room), user=ada, on=second_server)
    said = [new_words(), new_words()]
    browser = project.browser_of(ada)
    browser.fills_in(f"/chat/{room}/notices/", text="\n".join(said))
    for tab in (tab_a, tab_b):
        tab.receives_in_order(said)


@task(1)
@needs(test_command)
def test_history(open_tab, reopen, project, new_user, new_room, new_words):
    """It is saved: a tab that comes later receives it, and in the same form."""
    room, ada = new_room(), new_user()
    tab = open_tab(room_url(room), user=ada)
    words = new_words()
    project.manages("announce", room, ada.name, words)
    tab.receives(words, name=ada.name)
    later = open_tab(room_url(room), user=ada)
    later.receives(words, name=ada.name)
    back = reopen(tab)  # It says which message was its newest.
    back.receives(back.sends("after the break"))
    back.never_received(words, which="what it had before the break")


@task(2)
@needs(test_page)
def test_rolled_back(open_tab, project, new_user, new_room, new_words):
    """When a view fails, nothing that it had saved is sent."""
    room, ada = new_room(), new_user()
    tab = open_tab(room_url(room), user=ada)
    undone = new_words()
    browser = project.browser_of(ada)
    browser.fills_in(f"/chat/{room}/notices/", text=f"{undone}\n{TOO_LONG}")
    words = new_words()
    browser.fills_in(f"/chat/{room}/notices/", text=words)
    tab.receives(words)
    tab.never_received(undone, which="a message that an error has undone")


@task(3)
@needs(test_starts)
def test_logs_out(
    open_tab, second_server, project, new_user, new_room, new_words
):
    """When a session ends, its tabs are closed, and no others."""
    room, ada = new_room(), new_user()
    phone = open_tab(room_url(room), user=project.session_of(ada))
    tab_a = open_tab(room_url(room), user=ada)
    tab_b = open_tab(room_url(room), user=ada, on=second_server)
    later = new_words()
    tab_a.sends(f"/in 30 {later}")
    tab_a.receives(tab_a.sends(new_words()))
    project.browser_of(ada).logs_out(f"/chat/{room}/")
    tab_a.is_closed(4401, "when its session ends")
    tab_b.is_closed(4401, "when its session ends")
    tab_a.ends()  # Only then has its disconnect() returned.
    phone.skips(30)
    for _ in range(2):  # What is due goes the same way as these.
        phone.receives(phone.sends(new_words()))
    phone.never_received(later, which="a message of a tab that was closed")


@task(3)
@needs(test_logs_out)
def test_stays_out(
    open_tab,
    handshake,
    server,
    second_server,
    project,
    hold,
    new_user,
    new_room,
):
    """A tab that comes back when its session has ended is rejected."""
    room, ada = new_room(), new_user()
    tab = open_tab(room_url(room), user=ada, on=second_server)
    with hold(server, "before group_send") as held:
        logout = project.browser_of(ada).begins_to_log_out(f"/chat/{room}/")
        if held.catches(logout):  # The event is about to be sent.
            back = handshake(room_url(room), user=ada, on=second_server)
            back.is_kept_out("once its session.ended event has been sent")
    logout.answer()
    tab.is_closed(4401, "when its session ends")
    back = handshake(room_url(room), user=ada, on=second_server)
    back.is_kept_out("because its session has ended")


@task(3)
@needs(test_starts)
def test_rejects(handshake, nobody, new_room, new_words):
    """A tab of somebody who is not logged in is rejected, as before."""
    tab = handshake(room_url(new_room()), user=nobody)
    tab.is_kept_out("because nobody is logged in")
    tab.ends()
    tab.joined_no_group()


@task(3)
@needs(test_starts)
def test_page_works(page, server, second_server):
    """The page works in a browser, until its session ends."""
    page.works(server, second_server)
    page.shows_text()
    page.comes_back()
    page.stays_out()


@task(1)
@needs(test_starts)
def test_chat_goes_on(open_tab, second_server, new_user, new_room, new_words):
    """What a tab sends still arrives in every tab of its room, once."""
    room = room_url(new_room())
    tab_a = open_tab(room, user=new_user())
    tab_b = open_tab(room, user=new_user(), on=second_server)
    said = [tab_a.sends(new_words()) for _ in range(3)]
    tab_a.receives_in_order(said)
    tab_b.receives_in_order(said)
    last = tab_b.sends(new_words())
    tab_a.receives_in_order([*said, last])


@task(1)
@needs(test_history)
def test_misses_nothing(
    open_tab,
    handshake,
    second_server,
    project,
    hold,
    new_user,
    new_room,
    new_words,
):
    """What is sent or announced while the history is read is received once."""
    room, ada, said = new_room(), new_user(), []
    tab = open_tab(room_url(room))
    beside = open_tab(room_url(new_room()), on=second_server)

    def announce(words):
        project.manages("announce", room, ada.name, words)
        return words

    for moment, say in (
        ("before group_add", tab.sends),
        ("before SELECT", tab.sends),
        ("before SELECT", announce),
        ("after SELECT", tab.sends),
    ):
        with hold(second_server, moment) as held:
            late = handshake(room_url(room), on=second_server)
            held.is_reached(by=late)
            if moment == "before group_add":  # Some read at the same time.
                beside.lets_queries_end(new_words())
            said.append(say(new_words()))
            tab.receives(said[-1])
        late.connects()
        said.append(tab.sends(new_words()))
        late.receives_each_once(said, "only once what was said meanwhile")


@task(1)
@needs(test_chat_goes_on)
def test_earlier_lessons(earlier_lessons, new_room):
    """Rooms, the history, breaks and reminders work as before."""
    earlier_lessons.still_work(room_url(new_room()), room_url(new_room()))


@advice
def test_leaves_the_groups(open_tab, new_room, new_words, members):
    """A tab that closes leaves its groups: nobody sends to it any more."""
    tab = open_tab(room_url(new_room()))
    tab.receives(tab.sends(new_words()))
    tab.ends()
    members.are_gone()
