from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.shortcuts import redirect, render

from .notices import announce_all

LONGEST = 200


@login_required
def room(request, room_name):
    return render(request, "chat/room.html", {"room_name": room_name})


@login_required
def notices(request, room_name):
    """Announces each line of a form; all of them or, after an error, none."""
    if request.method != "POST":
        return render(request, "chat/notices.html", {"room_name": room_name})
    lines = request.POST.get("text", "").splitlines()
    if any(len(line) > LONGEST for line in lines):
        raise BadRequest(f"A notice has at most {LONGEST} characters.")
    announce_all(room_name, request.user, lines)
    return redirect("room", room_name)
