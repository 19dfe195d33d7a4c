"""What a real server needs, all of it from its environment."""

import os
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True)
class Deployment:
    secret_key: str
    hosts: tuple[str, ...]

    @classmethod
    def from_environment(cls, environ=os.environ):
        try:
            key, hosts = environ["SECRET_KEY"], environ["ALLOWED_HOSTS"]
        except KeyError as error:
            raise ImproperlyConfigured(f"{error.args[0]} is not set") from None
        if len(key) < 50:
            raise ImproperlyConfigured("SECRET_KEY has fewer than 50 characters")
        return cls(key, tuple(filter(None, map(str.strip, hosts.split(",")))))


deployment = Deployment.from_environment()

DEBUG = False
SECRET_KEY = deployment.secret_key
ALLOWED_HOSTS = list(deployment.hosts)

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 3600

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "format": "{asctime} {process} {levelname} {name}: {message}",
            "style": "{",
        },
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
