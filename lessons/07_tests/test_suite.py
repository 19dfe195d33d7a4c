"""What lesson 7 asks for. Run it: `make check STEP=7`, or `pytest`.

Your tests run on several chats: correct ones, and broken ones.
"""

from checks import advice, needs, task


@task(1)
def test_starts(server):
    """Your project starts, and reaches the Redis that its settings name."""


@task(1)
@needs(test_starts)
def test_serves(project):
    """`runserver` and `daphne` serve it, and its page opens for a user."""
    project.serves("/chat/lobby/", "/ws/chat/lobby/")


@task(1)
@needs(test_starts)
def test_run(own_tests):
    """Your tests run, and pass on the chat of this lesson."""
    own_tests.run()


@task(1)
@needs(test_run)
def test_can_fail(own_tests):
    """Each test that opens a tab fails on a chat that does nothing."""
    own_tests.can_fail()


@task(1)
@needs(test_run)
def test_more_keys(own_tests):
    """They pass on a chat whose frames have one more key."""
    own_tests.pass_on("more_keys")


@task(1)
@needs(test_run)
def test_sync(own_tests):
    """They pass on a chat with a sync consumer."""
    own_tests.pass_on("sync")


@task(1)
@needs(test_run)
def test_other_names(own_tests):
    """They pass on a chat whose group and events have other names."""
    own_tests.pass_on("other_names")


@task(1)
@needs(test_run)
def test_slow(own_tests):
    """They pass on a chat that takes 2 s for each message."""
    own_tests.pass_on("slow")


@task(1)
@needs(test_run)
def test_echo(own_tests):
    """They notice if only the tab that sends a message receives it."""
    own_tests.fail_on("echo")


@task(1)
@needs(test_run)
def test_twice(own_tests):
    """They notice if the tab that sends a message receives it twice."""
    own_tests.fail_on("twice")


@task(1)
@needs(test_run)
def test_every_room(own_tests):
    """They notice if other rooms receive it."""
    own_tests.fail_on("every_room")


@task(1)
@needs(test_run)
def test_not_the_sender(own_tests):
    """They notice if the tab that sends a message does not receive it."""
    own_tests.fail_on("not_the_sender")


@task(1)
@needs(test_run)
def test_other_words(own_tests):
    """They notice if its words are changed."""
    own_tests.fail_on("other_words")


@task(2)
@needs(test_run)
def test_closes_with_a_code(own_tests):
    """They pass on a chat that accepts anonymous users, then closes them."""
    own_tests.pass_on("closes_with_a_code")


@task(2)
@needs(test_run)
def test_nobody(own_tests):
    """They notice if somebody who is not logged in receives everything."""
    own_tests.fail_on("nobody")


@task(2)
@needs(test_run)
def test_claimed_name(own_tests):
    """They notice if a tab can send under any name."""
    own_tests.fail_on("claimed_name")


@task(2)
@needs(test_run)
def test_receivers_name(own_tests):
    """They notice if everybody receives their own name."""
    own_tests.fail_on("receivers_name")


@task(3)
@needs(test_run)
def test_no_history(own_tests):
    """They notice if a new tab receives nothing of what was sent before."""
    own_tests.fail_on("no_history")


@task(3)
@needs(test_run)
def test_backwards(own_tests):
    """They notice if it receives the newest message first."""
    own_tests.fail_on("backwards")


@task(3)
@needs(test_run)
def test_every_history(own_tests):
    """They notice if it receives what was sent in other rooms."""
    own_tests.fail_on("every_history")


@task(3)
@needs(test_run)
def test_history_to_all(own_tests):
    """They notice if everybody receives the history again."""
    own_tests.fail_on("history_to_all")


@task(3)
@needs(test_run)
def test_wrong_author(own_tests):
    """They notice if the history has the wrong names."""
    own_tests.fail_on("wrong_author")


@task(3)
@needs(test_run)
def test_ignores_since(own_tests):
    """They notice if a tab that comes back receives everything again."""
    own_tests.fail_on("ignores_since")


@task(3)
@needs(test_run)
def test_nothing_since(own_tests):
    """They notice if a tab that comes back is sent none of what it missed."""
    own_tests.fail_on("nothing_since")


@task(3)
@needs(test_run)
def test_at_home(own_tests):
    """They pass on your own chat, too, if you have changed that."""
    own_tests.pass_at_home()


@advice
def test_live(own_tests):
    """No test needs a server of its own."""
    own_tests.are_all_run()
