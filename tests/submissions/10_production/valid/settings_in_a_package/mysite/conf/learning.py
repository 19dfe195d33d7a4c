"""For learning only: everyone knows the key."""

DEBUG = True
SECRET_KEY = "known to everyone who reads this course"
ALLOWED_HOSTS = []
