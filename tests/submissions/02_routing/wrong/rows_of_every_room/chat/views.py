from django.shortcuts import render

from .kept import KEPT


def room(request, room_name):
    earlier = [text for _, text in KEPT[-50:]]
    context = {"room_name": room_name, "earlier": earlier}
    return render(request, "chat/room.html", context)
