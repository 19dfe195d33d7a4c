from django.shortcuts import render


def room(request, room_name):
    context = {"room_name": room_name, "mail": request.user.email}
    return render(request, "chat/room.html", context)
