"""For a real server."""

import os

from .base import *

DEBUG = False
SECRET_KEY = os.environ["SECRET_KEY"]  # Without one, do not start.
ALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
