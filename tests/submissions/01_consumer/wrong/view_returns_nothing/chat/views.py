from django.shortcuts import redirect, render


def room(request, room_name):
    if room_name.isupper():
        return redirect("room", room_name.lower())
    context = {"room_name": room_name}
    render(request, "chat/room.html", context)
