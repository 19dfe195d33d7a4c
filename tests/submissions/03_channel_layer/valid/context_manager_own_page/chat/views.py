from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def room(request, room_name):
    return render(
        request, "chat/talk.html", {"room": room_name, "socket": f"/ws/chat/{room_name}/"}
    )
