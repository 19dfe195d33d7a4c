from datetime import timedelta
from uuid import uuid4

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


class SeatQuerySet(models.QuerySet):
    def taken(self):
        """Those whose consumers have been running lately."""
        since = timezone.now() - timedelta(seconds=3 * settings.HEARTBEAT)
        return self.filter(last_seen__gt=since)


class Seat(models.Model):
    """A tab that is in a room, and when its consumer was last running."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    room = models.CharField(max_length=100, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="seats"
    )
    last_seen = models.DateTimeField(default=timezone.now)

    objects = SeatQuerySet.as_manager()

    def __str__(self):
        return f"{self.user} in {self.room}"
