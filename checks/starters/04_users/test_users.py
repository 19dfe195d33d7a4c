"""What lesson 4 asks for. Run it: `make check STEP=4`, or `pytest`."""

from checks import advice, needs, task


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
    project.asks_for_a_login("/chat/lobby/")


@task(1)
@needs(test_serves)
def test_accounts(newcomer):
    """Whoever signs up can log in, and log out."""
    newcomer.comes_and_goes("/accounts/signup/", "/chat/lobby/")


@task(1)
@needs(test_starts)
def test_users_connect(open_tab, new_user, new_room):
    """The tabs of a user who is logged in connect."""
    room, user = room_url(new_room()), new_user()
    tab = open_tab(room, user=user)
    open_tab(room, user=user)
    tab.ends()
    open_tab(room, user=user)
    open_tab(room, user=new_user("zoë.b+c"))


@task(1)
@needs(test_users_connect)
def test_other_name(project, open_tab, new_user, new_room):
    """If the page opens at 127.0.0.1, its tabs connect, too."""
    if project.opens_at("127.0.0.1", "/chat/lobby/"):
        user = new_user("zoë", host="127.0.0.1")
        open_tab(room_url(new_room()), user=user, host="127.0.0.1")


@task(1)
@needs(test_users_connect)
def test_nobody_else_connects(open_tab, handshake, nobody, new_room):
    """A tab of somebody who is not logged in is rejected."""
    room = room_url(new_room())
    handshake(room, user=nobody).is_kept_out("because nobody is logged in")
    open_tab(room)  # It logs in by itself, as "visitor".
    handshake(room, user=nobody).is_kept_out("because only another tab is")
    for user in (1, "visitor"):
        claims = f"?user={user}&user_id={user}&username={user}&id={user}"
        tab = handshake(room + claims, user=nobody)
        tab.is_kept_out("because its address proves nothing")


@task(1)
@needs(test_nobody_else_connects)
def test_old_cookie(open_tab, handshake, new_user, log_out, new_room):
    """A tab whose session has ended is rejected, too."""
    user, room = new_user(), room_url(new_room())
    open_tab(room, user=user)
    tab = handshake(room, user=log_out(user))
    tab.is_kept_out("because its user has logged out")


@task(1)
@needs(test_nobody_else_connects)
def test_deactivated(handshake, deactivated, new_room):
    """A tab of a user who was deactivated is rejected, too."""
    tab = handshake(room_url(new_room()), user=deactivated)
    tab.is_kept_out("because its user was deactivated")


@task(1)
@needs(test_nobody_else_connects)
def test_rejects_cleanly(handshake, nobody, new_room):
    """A tab that is rejected raises no exception, and joins no group."""
    tab = handshake(room_url(new_room()), user=nobody)
    tab.is_kept_out("because nobody is logged in")
    tab.ends()
    tab.joined_no_group()


@task(1)
@needs(test_rejects_cleanly)
def test_reaches_nobody(open_tab, handshake, nobody, new_room, new_words):
    """What a rejected tab tries to send reaches nobody."""
    room = room_url(new_room())
    tab = open_tab(room)  # It logs in by itself.
    rejected = handshake(room, user=nobody, held_after="accept")
    words = rejected.sends_at_once(new_words())
    tab.never_received(words, by=rejected)


@task(1)
@needs(test_nobody_else_connects)
def test_other_sites(handshake, new_user, new_room):
    """A page of another site cannot connect with the cookie of a user."""
    room, ada = room_url(new_room()), new_user()
    for name in ("elsewhere.example", "localhost.example", "not-localhost"):
        handshake(room, user=ada, origin=f"https://{name}").is_rejected()


@task(2)
@needs(test_nobody_else_connects)
def test_names_the_sender(
    open_tab, second_server, new_user, new_room, new_words
):
    """Every tab, on each server process, receives the name of the sender."""
    room, ada, ben = room_url(new_room()), new_user(), new_user()
    tab_a = open_tab(room, user=ada)
    tab_b = open_tab(room, user=ben, on=second_server)
    for tab, user in ((tab_a, ada), (tab_b, ben)):
        words = tab.sends(new_words())
        tab_a.receives(words, name=user.name)
        tab_b.receives(words, name=user.name)


@task(2)
@needs(test_names_the_sender)
def test_nobody_speaks_for_others(open_tab, new_user, new_room, new_words):
    """What a tab sends along with a message changes nothing."""
    room, ada, ben = room_url(new_room()), new_user(), new_user()
    tab_a, tab_b = open_tab(room, user=ada), open_tab(room, user=ben)
    words = new_words()
    tab_b.send({"message": words, "name": ada.name, "user": ada.name})
    tab_a.receives(words, name=ben.name)
    tab_b.send({"message": words, "type": "end"})
    claims = f"name={ada.name}&user={ada.name}&username={ada.name}"
    tab_c = open_tab(f"{room}?{claims}", user=ben)
    tab_a.receives(tab_c.sends(new_words()), name=ben.name)


@task(2)
@needs(test_names_the_sender)
def test_keeps_names_apart(open_tab, new_user, new_room, new_words):
    """When two users take turns, each message keeps its own name and text."""
    room, ada, ben = room_url(new_room()), new_user(), new_user()
    tab_a, tab_b = open_tab(room, user=ada), open_tab(room, user=ben)
    for _ in range(2):
        for tab, user in ((tab_a, ada), (tab_b, ben)):
            words = tab.sends(f' "{new_words()}" & <b>')
            tab_a.receives(words, name=user.name)
    eve = new_user("eve@chat.example")
    words = open_tab(room, user=eve).sends(f"{words}!")
    tab_a.receives(words, name=eve.name)


@task(2)
@needs(test_names_the_sender)
def test_rooms_are_apart(open_tab, handshake, new_user, new_room, new_words):
    """A tab in another room receives nothing, even if the names are similar."""
    name = new_room()
    rooms = f"{name}_1", new_room(), f"{name}1"
    tabs = [open_tab(room_url(it), user=new_user()) for it in rooms]
    hyphen, user = room_url(f"{name}-1"), new_user()
    if handshake(hyphen, user=user).breaks_nothing():  # It has a route.
        tabs.append(open_tab(hyphen, user=user))
    words, later = tabs[0].sends(new_words()), new_words()
    tabs[0].receives(words)
    said = [words]
    for number, tab in enumerate(tabs[1:]):
        tab.receives(tab.sends(f"{later}{number}"))
        for earlier in said:
            tab.never_received(earlier)
        said.append(f"{later}{number}")


@task(2)
@needs(test_names_the_sender)
def test_page_works(page, server, second_server):
    """The page works in a browser."""
    page.works(server, second_server)
    page.shows_text()


@task(1)
@needs(test_nobody_else_connects)
def test_new_password(handshake, with_a_new_password, new_room):
    """A tab with a cookie from before a new password is rejected, too."""
    tab = handshake(room_url(new_room()), user=with_a_new_password)
    tab.is_kept_out("because its user has got a new password since")


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
