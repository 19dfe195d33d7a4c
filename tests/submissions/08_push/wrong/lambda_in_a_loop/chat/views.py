from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.db import transaction
from django.shortcuts import redirect, render

from .models import Message
from .notices import send

LONGEST = 200


@login_required
def room(request, room_name):
    return render(request, "chat/room.html", {"room_name": room_name})


@login_required
def notices(request, room_name):
    """Announces each line of a form; all of them or, after an error, none."""
    if request.method != "POST":
        return render(request, "chat/notices.html", {"room_name": room_name})
    for line in request.POST.get("text", "").splitlines():
        if len(line) > LONGEST:
            raise BadRequest(f"A notice has at most {LONGEST} characters.")
        message = Message.objects.create(
            room=room_name, author=request.user, text=line
        )
        event = {"type": "chat.message", "frame": message.as_frame()}
        transaction.on_commit(lambda: send("chat_" + room_name, event))
    return redirect("room", room_name)
