"""For learning: DEBUG is on, and everyone knows the secret key."""

from .base import *

DEBUG = True
SECRET_KEY = "known to everyone who reads this course"
ALLOWED_HOSTS = []  # With DEBUG on, that means this machine only.
