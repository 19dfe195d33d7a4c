"""What lesson 1 asks for. Run it: `make check STEP=1`, or `pytest`."""

from checks import advice, needs, task

LOBBY = "/ws/chat/lobby/"


@task(1)
def test_starts(server):
    """Your project starts, with the ChatConsumer of chat/consumers.py."""


@task(1)
@needs(test_starts)
def test_serves(project):
    """`runserver` and `daphne` serve it, and its page opens at localhost."""
    project.serves("/chat/lobby/", LOBBY)


@task(1)
@needs(test_starts)
def test_accepts(open_tab):
    """A tab can connect: your consumer accepts it."""
    open_tab(LOBBY)


@task(1)
@needs(test_accepts)
def test_closes(open_tab):
    """Closing a tab raises no exception, nor does a lost connection."""
    open_tab(LOBBY).ends()
    open_tab(LOBBY).is_lost()


@task(2)
@needs(test_accepts)
def test_echoes(open_tab, new_words):
    """A message comes back to the tab that sent it."""
    tab = open_tab(LOBBY)
    tab.receives(tab.sends(new_words()))


@task(2)
@needs(test_echoes)
def test_echoes_any_text(open_tab, unusual_texts):
    """Any text comes back unchanged: quotes, line breaks, 100 kB, or empty."""
    tab = open_tab(LOBBY)
    for text in unusual_texts:
        tab.receives(tab.sends(text))


@task(2)
@needs(test_echoes)
def test_keeps_the_order(open_tab, new_words):
    """Twenty messages come back, each once, in the order they were sent."""
    tab = open_tab(LOBBY)
    said = [tab.sends(new_words()) for _ in range(20)]
    tab.receives(tab.sends(new_words()))
    tab.receives_in_order(said)


@task(2)
@needs(test_echoes)
def test_keeps_tabs_apart(open_tab, new_words):
    """Each of two tabs receives only its own messages."""
    tab_a, tab_b = open_tab(LOBBY), open_tab(LOBBY)
    from_a, from_b = tab_a.sends(new_words()), tab_b.sends(new_words())
    tab_a.receives(from_a)
    tab_b.receives(from_b)
    tab_a.receives(tab_a.sends(new_words()))
    tab_b.receives(tab_b.sends(new_words()))
    late = open_tab(LOBBY)
    late.receives(late.sends(new_words()))
    tab_a.never_received(from_b)
    tab_b.never_received(from_a)
    late.never_received(from_a)


@task(2)
@needs(test_echoes)
def test_echoes_the_same_again(open_tab, new_words):
    """The same text, sent a second time, comes back a second time."""
    words, tab_a, tab_b = new_words(), open_tab(LOBBY), open_tab(LOBBY)
    for tab in (tab_a, tab_a, tab_b):
        tab.receives(tab.sends(words))


@task(2)
@needs(test_echoes)
def test_page_works(page, server):
    """The page works in a browser."""
    page.works(server)


@advice
def test_settings_stay_the_same(project):
    """A restart changes no setting, and the database is one to try."""
    project.keeps_its_settings()


@advice
def test_survives_text(open_tab, new_words):
    """A frame that is not JSON does not end the connection."""
    open_tab(LOBBY).survives("this is not JSON", new_words())


@advice
def test_survives_bytes(open_tab, new_words):
    """A binary frame does not end the connection."""
    open_tab(LOBBY).survives(b"\x00\xff", new_words())


@advice
def test_page_shows_text(page):
    """The page shows a message as text, and never as HTML."""
    page.shows_text()
