from functools import partial

from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver

from .notices import send


# Task 3.5: When a session ends, tell its group, after the commit.
# End of task 3.5
