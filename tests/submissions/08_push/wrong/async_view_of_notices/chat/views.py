from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.db import transaction
from django.shortcuts import redirect, render

from .notices import announce

LONGEST = 200


@login_required
def room(request, room_name):
    return render(request, "chat/room.html", {"room_name": room_name})


@transaction.atomic
def announce_lines(room_name, user, text):
    for line in text.splitlines():
        if len(line) > LONGEST:
            raise BadRequest(f"A notice has at most {LONGEST} characters.")
        announce(room_name, user, line)


@login_required
async def notices(request, room_name):
    """Announces each line of a form; all of them or, after an error, none."""
    if request.method != "POST":
        return render(request, "chat/notices.html", {"room_name": room_name})
    user = await request.auser()
    await sync_to_async(announce_lines)(room_name, user, request.POST.get("text", ""))
    return redirect("room", room_name)
