from django.template.loader import render_to_string


def room(request, room_name):
    return render_to_string("chat/room.html", {"room_name": room_name}, request)
