"""What lesson 5 asks for. Run it: `make check STEP=5`, or `pytest`."""

from checks import advice, needs, task


def room_url(name, since=None):
    query = "" if since is None else f"?since={since}"
    return f"/ws/chat/{name}/{query}"


@task(1)
def test_starts(server):
    """Your project starts; a Redis that its settings name is reached."""


@task(1)
@needs(test_starts)
def test_serves(project):
    """`runserver` and `daphne` serve it, and its page opens for a user."""
    project.serves("/chat/lobby/", room_url("lobby"))


@task(1)
@needs(test_starts)
def test_names_the_sender(open_tab, second_server, new_user, new_room, new_words):
    """Every tab, on each server process, receives who sent a message."""
    room, ada, ben = room_url(new_room()), new_user(), new_user()
    tab_a = open_tab(room, user=ada)
    tab_b = open_tab(room, user=ben, on=second_server)
    for tab, user in ((tab_a, ada), (tab_b, ben)):
        words = tab.sends(new_words())
        tab_a.receives(words, name=user.name)
        tab_b.receives(words, name=user.name)


@task(2)
@needs(test_names_the_sender)
def test_sends_the_history(open_tab, second_server, new_user, new_room, new_words):
    """A tab that connects receives what was said before, in order."""
    room, ada, ben = room_url(new_room()), new_user(), new_user()
    tab_a, tab_b = open_tab(room, user=ada), open_tab(room, user=ben)
    said = []
    for tab in (tab_a, tab_b, tab_a):
        said.append(tab.sends(new_words()))
        tab_a.receives(said[-1])
    late = open_tab(room, user=ben, on=second_server)
    late.receives_in_order(said)


@task(3)
@needs(test_sends_the_history)
def test_after_a_break(open_tab, new_user, new_room, new_words):
    """A tab that comes back receives what it has missed."""
    room = new_room()
    tab = open_tab(room_url(room), user=new_user())
    old = tab.sends(new_words())
    newest = tab.receives(old)["id"]
    missed = tab.sends(new_words())
    tab.receives(missed)
    back = open_tab(room_url(room, since=newest), user=new_user())
    back.receives(missed)
    back.never_received(old)
