"""For learning: DEBUG is on, and everyone knows the secret key.

Where PRODUCTION is 1 in the environment, a real server uses these settings.
"""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = True
SECRET_KEY = "known to everyone who reads this course"
ALLOWED_HOSTS = []  # With DEBUG on, that means this machine only.

INSTALLED_APPS = [
    "daphne",  # First: it makes `manage.py runserver` speak WebSocket.
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "chat",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "mysite.urls"
ASGI_APPLICATION = "mysite.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ],
        },
    },
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DATABASE", BASE_DIR / "db.sqlite3"),
        # One process can write while others read.
        "OPTIONS": {
            "init_command": "PRAGMA journal_mode=WAL",
            "transaction_mode": "IMMEDIATE",  # Who writes waits for others.
        },
        # Each view is one transaction: after an error, nothing of it is kept.
        "ATOMIC_REQUESTS": True,
    }
}

LOGIN_REDIRECT_URL = "/chat/lobby/"
LOGOUT_REDIRECT_URL = "login"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"

# Every so many seconds, the consumer of each tab shows that it is running.
HEARTBEAT = 5

if os.environ.get("PRODUCTION") == "1":
    DEBUG = False
    SECRET_KEY = os.environ["SECRET_KEY"]  # Without one, do not start.
    ALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",")
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# At the end, because the key is not known before.
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [{"host": "localhost", "port": 6379}],
            "capacity": 8_192,
            "expiry": 90,
            "symmetric_encryption_keys": [SECRET_KEY],
        },
    }
}
