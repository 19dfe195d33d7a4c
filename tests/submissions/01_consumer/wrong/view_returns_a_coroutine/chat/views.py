from django.shortcuts import render


async def page_of(request, room_name):
    return render(request, "chat/room.html", {"room_name": room_name})


def room(request, room_name):
    return page_of(request, room_name.strip())
