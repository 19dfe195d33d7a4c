"""The checker: tells a learner what their Django Channels project does.

`task` and `needs` are all that a lesson's checks import; the rest reaches them as
pytest fixtures (see `checks.run.plugin`).
"""

from checks.marks import advice, needs, task

__all__ = ["advice", "needs", "task"]
