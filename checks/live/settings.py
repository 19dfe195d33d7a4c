"""The settings: no database, no templates, no users. Everything is kept in Redis."""

import os
import secrets
from pathlib import Path

from checks.course import hints
from checks.live import history, layer

DEBUG = False
SECRET_KEY = secrets.token_urlsafe()  # Nothing is signed with it; Django wants one.
ROOT_URLCONF = "checks.live.routing"

TIME_ZONE = None  # That of the machine: kept files are named after the time.

LIVE_REDIS = os.environ["LIVE_REDIS"]
LIVE_SITE_PORT = os.environ["LIVE_SITE_PORT"]
LIVE_HINTS = Path(os.environ.get("LIVE_HINTS", hints.FILE))
LIVE_HISTORY = Path(os.environ.get("LIVE_HISTORY", history.FOLDER))

# Of the pages in a browser, only those of the site may connect. The lessons use
# ALLOWED_HOSTS, which ignores the port; on this machine only the port differs.
LIVE_ORIGINS = [
    f"http://{host}:{LIVE_SITE_PORT}" for host in ("localhost", "127.0.0.1")
]
LIVE_PAGES = 50  # At most so many may be connected at once.

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "checks.live.shared_reader.SharedReaderRedisChannelLayer",
        "CONFIG": layer.options(LIVE_REDIS),
    }
}

# Only errors are logged.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"django": {"level": "ERROR"}, "daphne": {"level": "WARNING"}},
}
