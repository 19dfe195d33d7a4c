"""The checker: tells a learner what their Django Channels project does.

`task`, `needs` and `advice` are all that a lesson's checks import; its own fixtures
raise a `Failure`, with a `Where` in the project. The rest reaches them as pytest
fixtures (see `checks.run.plugin`).
"""

from checks.marks import advice, needs, task
from checks.observe.failure import Failure
from checks.verdict import Where

__all__ = ["Failure", "Where", "advice", "needs", "task"]
