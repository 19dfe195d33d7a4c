"""The settings: no database, no templates, no users. Nothing is kept but in Redis."""

import os
import secrets
from pathlib import Path

from checks.course import hints
from checks.live import layer

DEBUG = False
SECRET_KEY = secrets.token_urlsafe()  # Nothing is signed with it; Django wants one.
ROOT_URLCONF = "checks.live.routing"

LIVE_REDIS = os.environ["LIVE_REDIS"]
LIVE_SITE_PORT = os.environ["LIVE_SITE_PORT"]
LIVE_HINTS = Path(os.environ.get("LIVE_HINTS", hints.FILE))

# Who may connect: pages of the site, and no others that a browser shows. The lessons go
# by ALLOWED_HOSTS, which leaves out the port; on this machine that is what differs.
LIVE_ORIGINS = [
    f"http://{host}:{LIVE_SITE_PORT}" for host in ("localhost", "127.0.0.1")
]
LIVE_PAGES = 50  # So many may be connected at once.

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "checks.live.steady.SteadyRedisChannelLayer",
        "CONFIG": layer.options(LIVE_REDIS),
    }
}

# What goes wrong is said, and nothing else.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"django": {"level": "ERROR"}, "daphne": {"level": "WARNING"}},
}
