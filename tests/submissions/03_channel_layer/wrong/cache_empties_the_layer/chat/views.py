from django.core.cache import cache
from django.shortcuts import render


def room(request, room_name):
    cache.clear()  # Nobody is to see an old page.
    return render(request, "chat/room.html", {"room_name": room_name})
