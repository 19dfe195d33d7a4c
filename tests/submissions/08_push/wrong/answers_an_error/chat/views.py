from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render

from .notices import announce

LONGEST = 200


@login_required
def room(request, room_name):
    return render(request, "chat/room.html", {"room_name": room_name})


@login_required
def notices(request, room_name):
    """Announces each line of a form; all of them or, after an error, none."""
    context = {"room_name": room_name}
    if request.method != "POST":
        return render(request, "chat/notices.html", context)
    text = request.POST.get("text", "")
    for line in text.splitlines():
        if len(line) > LONGEST:
            # Show the form again, with what was typed, and say what is wrong.
            context["text"] = text
            context["error"] = f"A notice has at most {LONGEST} characters."
            return render(request, "chat/notices.html", context, status=400)
        announce(room_name, request.user, line)
    return redirect("room", room_name)
