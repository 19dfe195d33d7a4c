from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import BadRequest
from django.shortcuts import redirect
from django.views.generic import TemplateView

from .notices import announce

LONGEST = 200


class RoomView(LoginRequiredMixin, TemplateView):
    template_name = "chat/room.html"


class NoticesView(LoginRequiredMixin, TemplateView):
    """Announces each line of a form; all of them or, after an error, none."""

    template_name = "chat/notices.html"

    def post(self, request, room_name):
        lines = request.POST.get("text", "").splitlines()
        if any(len(line) > LONGEST for line in lines):
            raise BadRequest(f"A notice has at most {LONGEST} characters.")
        for line in lines:
            announce(room_name, request.user, line)
        return redirect("room", room_name)
