from django.conf import settings
from django.db import models


class Room(models.Model):
    slug = models.SlugField(max_length=100, unique=True)
    opened_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.slug


class MessageQuerySet(models.QuerySet):
    def said_in(self, slug):
        return self.filter(place__slug=slug)

    def newer_than(self, since):
        return self.filter(pk__gt=since) if since else self

    def newest_first(self):
        return self.select_related("author").order_by("-pk")


class Message(models.Model):
    place = models.ForeignKey(
        Room, models.CASCADE, related_name="messages"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    text = models.TextField()
    sent_at = models.DateTimeField(auto_now_add=True)

    objects = MessageQuerySet.as_manager()

    def __str__(self):
        return self.text

    def as_frame(self):
        """What a page receives of this message."""
        return {
            "id": self.pk,
            "name": self.author.get_username(),
            "message": self.text,
        }
