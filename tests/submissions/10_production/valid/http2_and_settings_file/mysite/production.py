"""What is different on a real server, behind nginx."""

from os import environ

DEBUG = False

SECRET_KEY = environ["SECRET_KEY"]
ALLOWED_HOSTS = [name for name in environ["ALLOWED_HOSTS"].split(",") if name]

SECURE_PROXY_SSL_HEADER = "HTTP_X_FORWARDED_PROTO", "https"
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health/$"]  # Asked from inside, without TLS.

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
