"""The settings: no database, no templates, no users, and nothing on the disk."""

import os
import secrets

DEBUG = False
SECRET_KEY = secrets.token_urlsafe()  # Nothing is signed with it; Django wants one.
ROOT_URLCONF = "checks.wall.routing"
APPEND_SLASH = False
MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",  # It holds Host against ALLOWED_HOSTS.
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# What `checks/classroom.py` decides. Learners know the token, the teacher's page alone
# knows the secret. Both are only in the memory of two processes.
WALL_TOKEN = os.environ["WALL_TOKEN"]
WALL_SECRET = os.environ["WALL_SECRET"]
WALL_ADDRESS = os.environ["WALL_ADDRESS"]
WALL_EXPIRES = float(os.environ["WALL_EXPIRES"])  # Seconds since 1970.

WALL_TILES = 400  # At most so many learners have a tile,
WALL_CONNECTIONS = 600  # and so many connections are open: some reconnect.

# The page is asked for by these names only, and only the page that was served by one of
# them may watch. ALLOWED_HOSTS is about HTTP; WALL_ORIGINS, about WebSockets.
_host, _port = os.environ["WALL_HOST"], os.environ["WALL_PORT"]
ALLOWED_HOSTS = ["localhost", "127.0.0.1", _host]
WALL_ORIGINS = [f"http://{host}:{_port}" for host in ALLOWED_HOSTS]

# One process serves everybody, so the layer can be in its memory. It drops messages to
# a teacher's page while `capacity` others are unread, and a class that reconnects sends
# several hundred at once. See `tiles.py` for why a dropped one does no harm.
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels.layers.InMemoryChannelLayer",
        "CONFIG": {"capacity": 1000},
    }
}

# Only errors are logged: no address of a learner is.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"django": {"level": "CRITICAL"}, "daphne": {"level": "WARNING"}},
}
