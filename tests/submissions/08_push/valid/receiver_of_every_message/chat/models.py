from django.conf import settings
from django.db import models


class MessageQuerySet(models.QuerySet):
    async def newest(self, room, since=None, count=50):
        """The newest messages of a room, the oldest of them first."""
        messages = self.filter(room=room).select_related("author")
        since = (since or "")[:19]
        if since.isdecimal():
            messages = messages.filter(id__gt=int(since))
        found = [message async for message in messages.order_by("-id")[:count]]
        found.reverse()
        return found


class Message(models.Model):
    room = models.CharField(max_length=100)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    text = models.TextField()
    sent_at = models.DateTimeField(auto_now_add=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["room", "id"])]

    def __str__(self):
        return self.text

    def as_frame(self):
        """What a page receives of this message."""
        return dict(id=self.pk, name=self.author.get_username(), message=self.text)
