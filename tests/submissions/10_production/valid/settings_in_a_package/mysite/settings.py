"""Chooses the settings: see the folder conf."""

import os

from .conf.common import *

if os.environ.get("PRODUCTION") == "1":
    from .conf.production import *
else:
    from .conf.learning import *
