from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Our own users, from the start: it is hard to change later."""

    nickname = models.CharField(max_length=50, blank=True)
