from django.contrib.auth.decorators import login_required
from django.shortcuts import render

from .models import Message


@login_required
def room(request, room_name):
    history = Message.objects.filter(room=room_name)
    history = history.select_related("author").order_by("-id")[:50]
    return render(
        request,
        "chat/room.html",
        {"room_name": room_name, "history": reversed(history)},
    )
