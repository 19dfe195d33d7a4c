"""What the toy course asks of tests."""

from checks import needs, task


@task(1)
def test_run(own_tests):
    """They run, and pass on this chat."""
    own_tests.run()


@task(1)
@needs(test_run)
def test_can_fail(own_tests):
    """Each of them can fail."""
    own_tests.can_fail()


@task(1)
@needs(test_run)
def test_talkative(own_tests):
    """They pass where a tab is greeted."""
    own_tests.pass_on("talkative")


@task(1)
@needs(test_run)
def test_echo(own_tests):
    """They fail where only the sender receives it."""
    own_tests.fail_on("echo")


@task(1)
@needs(test_run)
def test_loud(own_tests):
    """They fail where the words are changed."""
    own_tests.fail_on("loud")
