from django.shortcuts import render


def room(request, room_name):
    context = {"room_name": room_name, "tab": request.query_params.get("tab")}
    return render(request, "chat/room.html", context)
