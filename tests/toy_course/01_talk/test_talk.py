"""What the toy course asks for."""

from checks import advice, needs, task


@task(1)
def test_starts(server):
    """The project starts."""


@task(1)
@needs(test_starts)
def test_answers(open_tab, new_words):
    """A tab receives what it sends."""
    tab = open_tab("/")
    tab.receives(tab.sends(new_words()))


@task(2)
@needs(test_answers)
def test_ends(open_tab):
    """A tab that closes raises nothing."""
    open_tab("/").ends()


@advice
def test_survives_text(open_tab, new_words):
    """A frame that is not JSON does not end the connection."""
    open_tab("/").survives("this is not JSON", new_words())
