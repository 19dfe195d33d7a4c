from django.conf import settings
from django.db import models


class Message(models.Model):
    room = models.CharField(max_length=100)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    text = models.TextField()
    edited = models.BooleanField(default=False)
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
