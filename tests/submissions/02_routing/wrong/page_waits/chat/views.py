import time

from django.shortcuts import render


def room(request, room_name):
    time.sleep(3600)  # Until somebody comes.
    return render(request, "chat/room.html", {"room_name": room_name})
