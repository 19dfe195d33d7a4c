from django.db.models import Q

from .models import Message

NEWEST = 50


class Inbox:
    """What one tab has been shown of one room, and what it has not."""

    def __init__(self, room, since=None):
        self.room = room
        self.since = since
        self.floor = 0
        self.shown = set()

    def open(self):
        """The newest messages, the oldest of them first."""
        # In this order: whatever is saved in between is above the floor.
        top = Message.objects.order_by("-id").values_list("id", flat=True).first()
        messages = self._messages()
        if self.since is not None:
            messages = messages.filter(id__gt=self.since)
        newest = list(messages.order_by("-id")[:NEWEST])
        self.floor = newest[-1].id - 1 if newest else top or 0
        return self._show(reversed(newest))

    def fetch(self, message_id):
        """All that is new, and in any case the message with this id."""
        new = Q(id__gt=self.floor) | Q(id=message_id)
        messages = self._messages().filter(new).exclude(id__in=self._recent())
        return self._show(m for m in messages.order_by("id") if m.id not in self.shown)

    def _recent(self):
        return sorted(self.shown)[-200:]

    def _messages(self):
        return Message.objects.filter(room=self.room).select_related("author")

    def _show(self, messages):
        frames = []
        for message in messages:
            self.shown.add(message.id)
            frames.append(message.as_frame())
        if len(self.shown) > 200:
            self.floor = max(self.floor, sorted(self.shown)[-100])
        return frames
