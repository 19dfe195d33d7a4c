from django.shortcuts import render


async def room(request, room_name):
    return render(request, "chat/room.html", {"room_name": room_name})
