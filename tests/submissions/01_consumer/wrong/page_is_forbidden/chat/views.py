from django.core.exceptions import PermissionDenied
from django.shortcuts import render


def room(request, room_name):
    if not request.user.is_staff:
        raise PermissionDenied
    return render(request, "chat/room.html", {"room_name": room_name})
