"""What lesson 2 asks for. Run it: `make check STEP=2`, or `pytest`."""

from checks import advice, needs, task


def room_url(name):
    return f"/ws/chat/{name}/"


@task(1)
def test_routes(open_by_routes, new_words, new_room):
    """The routes of chat/routing.py lead from a room's URL to the consumer."""
    room = room_url(new_room())
    tab, _other = open_by_routes(room), open_by_routes(room)
    tab.receives(tab.sends(new_words()))


@task(2)
@needs(test_routes)
def test_starts(server):
    """Your project starts: `ASGI_APPLICATION` leads to an application."""


@task(2)
@needs(test_starts)
def test_starts_under_daphne(project):
    """It starts under `daphne` too, where Django is not set up yet."""
    project.starts_under_daphne(room_url("lobby"))


@task(2)
@needs(test_starts)
def test_runserver_is_daphne(project):
    """`manage.py runserver` is Daphne's, which speaks WebSocket."""
    project.runserver_is_daphne()


@task(2)
@needs(test_starts)
def test_serves_pages(project, new_room):
    """Pages still answer over HTTP."""
    project.answers(f"/chat/{new_room()}/")


@task(2)
@needs(test_starts)
def test_every_room_echoes(open_tab, new_words, new_room):
    """Each room's URL leads to the consumer, and the consumer answers there."""
    for name in (new_room(), new_room().upper()):
        tab = open_tab(room_url(name))
        tab.receives(tab.sends(new_words()))


@task(2)
@needs(test_every_room_echoes)
def test_other_name(project, open_tab):
    """If the page opens at 127.0.0.1, its tabs connect, too."""
    if project.opens_at("127.0.0.1", "/chat/lobby/"):
        open_tab(room_url("lobby"), host="127.0.0.1")


@task(2)
@needs(test_every_room_echoes)
def test_knows_the_room(open_tab, new_room):
    """The room's name is in the consumer's `scope["url_route"]["kwargs"]`."""
    for name in (new_room(), "lobby"):
        open_tab(room_url(name)).is_in_room(name)


@task(2)
@needs(test_every_room_echoes)
def test_refuses_other_addresses(handshake, new_room):
    """A WebSocket to an unknown address, or to that of a page, is rejected."""
    handshake(f"/ws/{new_room()}/").is_rejected()
    handshake(f"/chat/{new_room()}/").is_rejected()


@task(2)
@needs(test_every_room_echoes)
def test_knows_an_anonymous_user(open_tab, new_room, anonymous):
    """`scope["user"]` is anonymous for somebody who has not logged in."""
    open_tab(room_url(new_room()), cookie=anonymous).is_user(None)


@task(2)
@needs(test_every_room_echoes)
def test_knows_the_user(open_tab, new_room, user):
    """`scope["user"]` is the user whose session cookie the browser sends."""
    tab = open_tab(room_url(new_room()), user=user)
    tab.is_user(user.name)


@task(2)
@needs(test_every_room_echoes)
def test_keeps_tabs_apart(open_tab, new_words, new_room):
    """Each of two tabs in one room receives only its own messages."""
    room = room_url(new_room())
    tab_a, tab_b = open_tab(room), open_tab(room)
    from_a, from_b = tab_a.sends(new_words()), tab_b.sends(new_words())
    tab_a.receives(from_a)
    tab_b.receives(from_b)
    tab_a.receives(tab_a.sends(new_words()))
    tab_b.receives(tab_b.sends(new_words()))
    late = open_tab(room)
    late.receives(late.sends(new_words()))
    tab_a.never_received(from_b)
    tab_b.never_received(from_a)
    late.never_received(from_a)


@task(2)
@needs(test_every_room_echoes)
def test_page_works(page, server):
    """The page works in a browser."""
    page.works(server)


@advice
def test_settings_stay_the_same(project):
    """A restart changes no setting, and the database is one to try."""
    project.keeps_its_settings()


@advice
def test_refuses_other_sites(handshake, new_room):
    """A page of another site may not open a WebSocket here."""
    room = room_url(new_room())
    for name in ("elsewhere.example", "localhost.example", "not-localhost"):
        handshake(room, origin=f"https://{name}").is_rejected()


@advice
def test_routes_have_an_end(handshake, new_room):
    """An address that only begins or ends like a room's is rejected."""
    handshake(f"/ws/chat/{new_room()}/and/more/").is_rejected()
    handshake(f"/before/ws/chat/{new_room()}/").is_rejected()


@advice
def test_survives_text(open_tab, new_words, new_room):
    """A frame that is not JSON does not end the connection."""
    tab = open_tab(room_url(new_room()))
    tab.survives("this is not JSON", new_words())


@advice
def test_takes_every_room_that_has_a_page(handshake, new_room):
    """A room whose name has a hyphen is accepted, as its page is."""
    handshake(room_url(f"my-{new_room()}")).is_accepted("hyphen")


@advice
def test_survives_bytes(open_tab, new_words, new_room):
    """A binary frame does not end the connection."""
    tab = open_tab(room_url(new_room()))
    tab.survives(b"\x00\xff", new_words())


@advice
def test_page_shows_text(page):
    """The page shows a message as text, and never as HTML."""
    page.shows_text()


@advice
def test_every_page_has_a_room(page, server):
    """A room that has a page has a WebSocket too, whatever its name is."""
    page.has_a_room(server)
