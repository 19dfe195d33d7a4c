from django.shortcuts import render

from .models import Room


def room(request, room_name):
    room = Room.objects.get(name=room_name)
    return render(request, "chat/room.html", {"room_name": room.name})
