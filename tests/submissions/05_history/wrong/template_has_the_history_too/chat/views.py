from django.contrib.auth.decorators import login_required
from django.shortcuts import render

from .models import Message


@login_required
def room(request, room_name):
    messages = Message.objects.filter(room=room_name).select_related("author")
    messages = reversed(messages.order_by("-id")[:50])
    return render(
        request,
        "chat/room.html",
        {"room_name": room_name, "history": messages},
    )
