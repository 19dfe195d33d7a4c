"""The checker: says what a learner's Django Channels project does.

`task`, `needs` and `advice` are all that a lesson's checks import; its own fixtures
raise a `Failure`, with a `Where` in the project. The rest reaches them as pytest
fixtures (see `checks.run.plugin`).
"""

__all__ = ["Failure", "Where", "advice", "needs", "task"]


def __getattr__(name: str) -> object:
    """Import what is asked for, and only then.

    Every command begins with this module. While it imports something, Ctrl-C would be
    answered with a traceback: the handlers of signals come after it.
    """
    if name not in __all__:
        raise AttributeError(name)
    from checks import marks
    from checks.observe.failure import Failure
    from checks.verdict import Where

    public: dict[str, object] = {"Failure": Failure, "Where": Where, **vars(marks)}
    return public[name]
