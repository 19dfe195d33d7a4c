from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.shortcuts import redirect, render

from .notices import announce

LONGEST = 200


def log_out(request):
    request.session.flush()
    return redirect("login")


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
        announce(room_name, request.user, line)
    return redirect("room", room_name)
