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
    """A tab that is in a room, and when its consumer was last running."""

    channel = models.CharField(max_length=100, primary_key=True)
    room = models.CharField(max_length=100)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    last_seen = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["room", "last_seen"])]
        ordering = ["-last_seen"]
        verbose_name_plural = "presences"

    def __str__(self):
        return f"{self.user} in {self.room}"
