from django.shortcuts import get_object_or_404, render

from .models import Room


def room(request, room_name):
    room = get_object_or_404(Room, name=room_name)
    return render(request, "chat/room.html", {"room_name": room.name})
