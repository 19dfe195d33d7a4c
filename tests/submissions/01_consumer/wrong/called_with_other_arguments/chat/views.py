from django.shortcuts import render


def room(request, slug):
    return render(request, "chat/room.html", {"room_name": slug})
