"""What lesson 10 asks for. Run it: `make check STEP=10`, or `pytest`."""

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
def test_serves(project):
    """`runserver` and `daphne` serve it, and its page opens for a user."""
    project.serves("/chat/lobby/", room_url("lobby"))


@task(1)
@needs(test_starts)
def test_page_works(page, server):
    """The page works in a browser."""
    page.works(server)
    page.shows_text()
    page.comes_back()
    page.connects_over_tls()


@task(1)
@needs(test_starts)
def test_starts_in_production(production):
    """In production, it starts with the key and hosts of its environment."""


@task(1)
@needs(test_starts_in_production)
def test_needs_a_key(site):
    """In production, it does not start without a SECRET_KEY."""
    site.needs_a_key()


@task(1)
@needs(test_starts_in_production)
def test_hides_its_settings(site):
    """In production, an unknown page shows nothing of your code."""
    site.shows_no_settings("/nothing/here/")


@task(1)
@needs(test_starts_in_production)
def test_hosts(site):
    """In production, it answers for the hosts in ALLOWED_HOSTS only."""
    site.answers_under("localhost", "chat.example")
    site.rejects_host("evil.example")


@task(1)
@needs(test_starts_in_production)
def test_deploy_check(site):
    """`check --deploy` warns about neither key, cookies, hosts, nor DEBUG."""
    site.passes_deploy_check()


@task(2)
@needs(test_hosts)
def test_nginx_starts(nginx):
    """nginx starts with your configuration, and speaks TLS on port 8443."""
    nginx.fetch("/accounts/login/", "a page to come through nginx")


@task(2)
@needs(test_nginx_starts)
def test_tab_through_nginx(
    nginx, production, open_tab, quiet_tab, new_user, new_room, new_words
):
    """A tab connects through nginx, sends and receives."""
    room, ada = room_url(new_room()), new_user(on=production)
    tab = open_tab(room, on=nginx, user=ada)
    tab.receives(tab.sends(new_words()))
    quiet_tab(room, ada)  # For test_quiet_tab: it takes a second.


@task(2)
@needs(test_tab_through_nginx)
def test_any_room(connects_at, production, new_user, new_room):
    """Through nginx, a tab connects in a room such as A-b_1, too."""
    room, ada = f"A-b_{new_room()}", new_user(on=production)
    connects_at(f"/chat/{room}/", room_url(room), ada)


@task(2)
@needs(test_tab_through_nginx)
def test_one_address(all_connect, production, new_user, new_room):
    """30 tabs connect from one IP address, as in an office."""
    all_connect(30, room_url(new_room()), new_user(on=production))


@task(2)
@needs(test_nginx_starts)
def test_pages_through_nginx(site, nginx, new_words):
    """Through nginx, somebody signs up, logs in, enters a room, logs out."""
    site.lets_in(new_words().replace(" ", "-"), nginx, "/chat/lobby/")


@task(2)
@needs(test_tab_through_nginx)
def test_other_site(nginx, production, handshake, new_user, new_room):
    """Through nginx, a page of another site is rejected, too."""
    ada, evil = new_user(on=production), "https://evil.example"
    room = room_url(new_room())
    tab = handshake(room, on=nginx, user=ada, origin=evil)
    tab.is_rejected("because its page is that of another site")


@task(3)
@needs(test_tab_through_nginx)
def test_both_servers(on_both, production, new_user, new_room, new_words):
    """nginx uses both servers, and a tab on one receives what others send."""
    room, ada = room_url(new_room()), new_user(on=production)
    tabs, said = on_both(room, ada), []
    for sender in tabs:
        said.append(sender.sends(new_words()))
        for tab in tabs:
            tab.receives(said[-1])
        for late in on_both(room, ada):
            late.receives_each_once(said, "what was said before it connected")


@task(3)
@needs(test_both_servers)
def test_logs_out(site, nginx, on_both, production, new_user, new_room):
    """A logout through nginx closes the tabs on both servers."""
    room, ada = new_room(), new_user(on=production)
    tabs = on_both(room_url(room), ada)
    site.logs_out(ada, nginx, f"/chat/{room}/")
    for tab in tabs:
        tab.is_closed(4401, "when its session ends")


@task(3)
@needs(test_starts_in_production)
def test_same_environment(site):
    """`start.sh` and Compose give both servers the same key and database."""
    site.starts_servers_alike()


@task(3)
@needs(test_both_servers)
def test_killed(
    on_both, connects_while, production, new_user, new_room, new_words
):
    """A server is killed: its tabs come back at once, and miss nothing."""
    room, ada = room_url(new_room()), new_user(on=production)
    lost, tab = on_both(room, ada)
    seen = lost.receives(tab.sends(new_words()))
    production.dies()
    lost.is_cut_off()
    words = tab.sends(new_words())
    tab.receives(words)
    for _ in range(2):
        path = f"{room}?since={seen['id']}"
        back = connects_while("when its server was killed", path, ada)
        back.receives(words)
        back.never_received(seen["message"], which="what it had before")


@task(3)
@needs(test_both_servers)
def test_restarted(
    production,
    second_production,
    restart,
    connects_while,
    open_tab,
    new_user,
    new_room,
    new_words,
):
    """Both servers restart, one after the other: every tab connects."""
    room = room_url(new_room())
    ada, ben = (new_user(on=production) for _ in range(2))
    when = "while the servers restart, one after the other"
    for server in (production, second_production):
        server.dies()
        tabs = [connects_while(when, room, ada) for _ in range(2)]
        started = restart(server)
    tabs.append(connects_while(when, room, ada))
    tabs.append(open_tab(room, on=started, user=ben))
    tabs[-1].lists("here", ada.name, ben.name)
    words = tabs[-1].sends(new_words())
    for tab in tabs:
        tab.receives(words)


@task(3)
@needs(test_both_servers)
def test_hanging(
    on_both, one_connects, production, new_user, new_room, new_words
):
    """While one server hangs, the other goes on, also for a reloaded page."""
    room, ada = room_url(new_room()), new_user(on=production)
    waiting, tab = on_both(room, ada)
    with production.hangs():
        when = "while one server hangs"
        newcomer = one_connects(4, when, room, ada)
        words = newcomer.sends(new_words())
        tab.receives(words)
    waiting.receives(words)


@task(4)
@needs(test_starts_in_production)
def test_healthy(site):
    """/health/ answers 200 to anyone, while everything works."""
    site.is_healthy("/health/")


@task(4)
@needs(test_healthy)
def test_healthy_with_tabs(site, production, open_tab, new_user):
    """/health/ answers 200 while a tab is connected, and leaves it open."""
    tab = open_tab(room_url("lobby"), production, new_user(on=production))
    # By then, all that its server sends to a tab that connects has arrived.
    tab.receives(tab.sends("here"))
    site.is_healthy("/health/", "a tab is connected")
    tab.receives(tab.sends("still here"))


@task(4)
@needs(test_healthy)
def test_healthy_for_long(site):
    """/health/ answers 200 however often it is asked."""
    site.stays_healthy("/health/", times=120)


@task(4)
@needs(test_healthy)
def test_healthy_when_new(site, project):
    """/health/ answers 200 on a new site, which has no messages yet."""

    def delete():
        from django.apps import apps
        from django.contrib.auth import get_user_model

        for model in reversed([*apps.get_app_config("chat").get_models()]):
            if model is not get_user_model():
                model.objects.all().delete()

    project.ask(delete)
    site.is_healthy("/health/", "no message was sent yet")


@task(4)
@needs(test_healthy)
def test_without_redis(site, without_redis, project):
    """On a server whose Redis is down, /health/ does not answer 200."""
    site.notices_the_end("/health/", without_redis, project.skips)


@task(4)
@needs(test_healthy)
def test_without_database(site, without_database):
    """On a server without its database, /health/ does not answer 200."""
    site.is_unhealthy("/health/", without_database, "without its database")


@task(2)
@needs(test_tab_through_nginx)
def test_quiet_tab(site, quiet_tab):
    """A tab on which nothing is sent for 20 seconds stays connected."""
    site.is_kept_open(quiet_tab())


@advice
def test_reloaded(on_both, reload_connects, production, new_user, new_room):
    """A page that waits for a hanging server connects when it is reloaded."""
    room, ada = room_url(new_room()), new_user(on=production)
    waiting, _ = on_both(room, ada)
    with production.hangs():
        waiting.cut()
        when = "while a server hangs that its tabs have left"
        reload_connects(4, when, room, ada)


@task(2)
@needs(test_pages_through_nginx)
def test_files_through_nginx(site, nginx, production, new_user):
    """Through nginx, the scripts and styles that a page names are there."""
    site.serves_files(nginx, "/chat/lobby/", new_user(on=production))


@advice
def test_published(site, nginx, new_words):
    """It works where Compose publishes port 8443 as 443, too."""
    name = new_words().replace(" ", "-")
    site.lets_in_where_published(name, nginx, "/chat/lobby/")


@task(1)
@needs(test_serves)
def test_earlier_lessons(earlier_lessons, new_room):
    """Rooms, the history, breaks and reminders work as before."""
    earlier_lessons.still_work(room_url(new_room()), room_url(new_room()))
