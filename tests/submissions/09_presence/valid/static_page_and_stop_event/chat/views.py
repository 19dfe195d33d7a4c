from asgiref.sync import async_to_sync
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import BadRequest
from django.shortcuts import redirect, render
from django.views.generic import TemplateView

from .notices import announce
from .presence import names_in

LONGEST = 200


class Room(LoginRequiredMixin, TemplateView):
    template_name = "chat/room.html"

    def get_context_data(self, room_name, **kwargs):
        here = async_to_sync(names_in)(room_name)
        return super().get_context_data(
            room_name=room_name, here=here, **kwargs
        )


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
