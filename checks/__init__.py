"""The checker: tells a learner what their Django Channels project does.

`task`, `needs` and `advice` are all that a lesson's checks import, and `finding` what
its fixtures do; the rest reaches them as pytest fixtures (see `checks.run.plugin`).
"""

from checks.findings import finding
from checks.marks import advice, needs, task

__all__ = ["advice", "finding", "needs", "task"]
