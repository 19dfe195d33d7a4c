from django.conf import settings
from django.db import models
from django.utils import timezone


class Message(models.Model):
    room = models.CharField(max_length=100)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    text = models.TextField()
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["room", "id"])]

    def __str__(self):
        return self.text

    def as_frame(self):
        """What a page receives of this message."""
        return {
            "id": self.id,
            "name": self.author.get_username(),
            "message": self.text,
        }


class Presence(models.Model):
    """How many tabs of a user are in a room, as one server process knows it."""

    process = models.CharField(max_length=40)
    room = models.CharField(max_length=100)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    tabs = models.IntegerField(default=0)
    last_seen = models.DateTimeField(default=timezone.now)

    class Meta:
        unique_together = [("process", "room", "user")]
