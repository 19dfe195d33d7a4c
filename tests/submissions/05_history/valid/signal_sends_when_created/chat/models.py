from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


class MessageQuerySet(models.QuerySet):
    def for_room(self, room: str) -> MessageQuerySet:
        return self.filter(room=room).select_related("author")

    def after(self, since: int | None) -> MessageQuerySet:
        return self if since is None else self.filter(pk__gt=since)

    def newest(self, number: int) -> list[Message]:
        """The newest ones, the oldest of them first."""
        return list(self.order_by("-pk")[:number])[::-1]


class Message(models.Model):
    room = models.CharField(max_length=100)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    text = models.TextField()
    sent_at = models.DateTimeField(auto_now_add=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["room", "id"])]

    def __str__(self) -> str:
        return self.text

    def as_frame(self) -> dict[str, Any]:
        return {
            "id": self.pk,
            "name": self.author.get_username(),
            "message": self.text,
            "sent_at": self.sent_at.isoformat(),
        }
