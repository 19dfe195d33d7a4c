from checks import task


@task(1)
def test_limits(has_limit):
    """The settings limit how long a message may be."""
    has_limit(500)
