"""What lesson 3 asks for. Run it: `make check STEP=3`, or `pytest`."""

from checks import advice, needs, task

LONG = "_of_people_who_talk_about_the_gardens_"


def room_url(name):
    return f"/ws/chat/{name}/"


@task(1)
def test_starts(server):
    """Your project starts, and reaches the Redis that its settings name."""


@task(1)
@needs(test_starts)
def test_serves(project):
    """`runserver` and `daphne` serve it, and its page opens at localhost."""
    project.serves("/chat/lobby/", room_url("lobby"))


@task(1)
@needs(test_starts)
def test_layer_is_redis(project):
    """The default channel layer is a Redis one, and a message gets through."""
    project.has_redis_layer()
    project.keeps_messages()
    project.passes_through_the_layer()


@task(2)
@needs(test_layer_is_redis)
def test_joins(first_tab, new_room, members):
    """A tab that connects joins a group of the layer."""
    first_tab(room_url(new_room()))
    members.are_there()


@task(3)
@needs(test_joins)
def test_every_tab_receives(open_tabs, new_room, new_words):
    """Every tab in a room receives a message, the sender included."""
    room = room_url(new_room())
    tabs = open_tabs(room, room, room)
    words = tabs[0].sends(new_words())
    for tab in tabs:
        tab.receives(words)


@task(3)
@needs(test_every_tab_receives)
def test_receives_once(open_tabs, new_room, new_words):
    """Each tab receives every message exactly once."""
    room = room_url(new_room())
    tab_a, tab_b = open_tabs(room, room)
    said = [tab_a.sends(new_words()) for _ in range(4)]
    tab_b.receives_in_order(said)
    tab_a.receives(tab_b.sends(new_words()))
    tab_b.receives(tab_a.sends(new_words()))
    for tab in (tab_a, tab_b):  # A second copy would have come before these.
        tab.receives_in_order(said)


@task(3)
@needs(test_every_tab_receives)
def test_rooms_are_apart(open_tabs, open_tab, handshake, new_room, new_words):
    """A tab in another room receives nothing, even if the names are similar."""
    name = new_room()
    names = f"{name}1", new_room(), f"{name}_1", f"{name}1".upper()
    tab_a, tab_b, *tabs = open_tabs(*map(room_url, names))
    unusual = f"{name}-1", *(f"{name}{LONG}{number}" for number in (1, 2))
    for path in map(room_url, unusual):
        if handshake(path).breaks_nothing():  # It has a route.
            tabs.append(open_tab(path))
    words = tab_a.sends(new_words())
    tab_a.receives(words)
    late = open_tab(tab_b.path)
    late.receives(tab_b.sends(new_words()))
    late.never_received(words)
    said = [words]
    for number, tab in enumerate((tab_b, *tabs)):
        tab.receives(tab.sends(f"later {number}"))
        for earlier in said:
            tab.never_received(earlier)
        said.append(f"later {number}")


@task(3)
@needs(test_every_tab_receives)
def test_keeps_the_order(open_tabs, new_room, new_words):
    """Every tab receives the messages of each sender in order."""
    room = room_url(new_room())
    tab_a, tab_b, listener = open_tabs(room, room, room)
    from_a, from_b = [], []
    for _ in range(10):
        from_a.append(tab_a.sends(new_words()))
        from_b.append(tab_b.sends(new_words()))
    for tab in (tab_a, tab_b, listener):
        tab.receives_in_order(from_a, from_b)


@task(3)
@needs(test_every_tab_receives)
def test_across_two_servers(open_tab, second_server, new_room, new_words):
    """What a tab on one server process sends, a tab on another receives."""
    room = room_url(new_room())
    tab_a, tab_b = open_tab(room), open_tab(room, on=second_server)
    words = tab_a.sends(new_words())
    tab_a.receives(words)
    tab_b.receives(words)
    words = tab_b.sends(new_words())
    tab_a.receives(words)
    tab_b.receives(words)


@task(3)
@needs(test_every_tab_receives)
def test_goes_on_when_one_leaves(open_tabs, new_room, new_words):
    """When a tab has left, nothing fails, and the others still receive."""
    room = room_url(new_room())
    tab_a, tab_b, leaver, lost = open_tabs(room, room, room, room)
    words = new_words()
    for number, leave in enumerate((leaver.ends, lost.is_lost)):
        leave()
        said = tab_a.sends(f"{words}{number}")
        tab_a.receives(said)
        tab_b.receives(said)


@task(3)
@needs(test_across_two_servers)
def test_stays_in_its_room(first_tab, open_tab, project, new_room, new_words):
    """A tab that has been open for ten minutes is still in its room."""
    first = first_tab(room_url(new_room()))
    project.answers(f"/chat/{new_room()}/")  # Meanwhile, somebody opens a page.
    late = open_tab(first.path)
    first.still_receives(late.sends(new_words()))
    late.receives(first.sends(new_words()))


@task(3)
@needs(test_stays_in_its_room)
def test_passes_on_any_text(first_tab, new_room, unusual_texts):
    """Any text arrives unchanged: quotes, line breaks, 100 kB, or empty."""
    tab = first_tab(room_url(new_room()))
    for text in unusual_texts:
        tab.receives(tab.sends(text))


@task(3)
@needs(test_stays_in_its_room)
def test_passes_on_the_same_again(first_tab, open_tab, new_room, new_words):
    """The same text arrives again when it is sent again, whoever sends it."""
    words, first = new_words(), first_tab(room_url(new_room()))
    late = open_tab(first.path)
    for tab in (first, first, late):
        tab.sends(words)
        first.receives(words)
        late.receives(words)


@task(3)
@needs(test_across_two_servers)
def test_page_works(page, server, second_server):
    """The page works in a browser."""
    page.works(server, second_server)


@advice
def test_settings_stay_the_same(project):
    """A restart changes no setting, and the database is one to try."""
    project.keeps_its_settings()


@advice
def test_settings_are_read(project):
    """Every key of the layer's settings is one that Channels reads."""
    project.has_a_layer_that_lasts()


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
def test_every_room_can_have_a_group(handshake, new_room):
    """The routes reject a room that no group can be named after."""
    handshake(room_url(f"caf%C3%A9-{new_room()}")).breaks_nothing()


@advice
def test_survives_bytes(open_tab, new_room, new_words):
    """A binary frame does not end the connection."""
    tab = open_tab(room_url(new_room()))
    tab.survives(b"\x00\xff", new_words())


@advice
def test_page_shows_text(page):
    """The page shows a message as text, and never as HTML."""
    page.shows_text()


@advice
def test_survives_a_type(open_tab, new_room, new_words):
    """A frame with a "type" of its own is a message as any other."""
    tab = open_tab(room_url(new_room()))
    frame = '{"message": "hello", "type": "no.such.method"}'
    tab.survives(frame, new_words())
