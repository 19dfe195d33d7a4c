"""What lesson 10 asks for. Run it: `make check STEP=10`, or `pytest`."""

from checks import needs, task


def room_url(name):
    return f"/ws/chat/{name}/"


@task(1)
def test_starts(server):
    """Your project starts; a Redis that its settings name is reached."""


@task(1)
@needs(test_starts)
def test_serves(project):
    """`runserver` and `daphne` serve it, and its page opens for a user."""
    project.serves("/chat/lobby/", room_url("lobby"))
