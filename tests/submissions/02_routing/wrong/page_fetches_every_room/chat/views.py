from django.http import JsonResponse
from django.shortcuts import render

SAID = []


def room(request, room_name):
    return render(request, "chat/room.html", {"room_name": room_name})


def said(request):
    if "words" in request.GET:
        SAID.append(request.GET["words"])
    return JsonResponse({"said": SAID})
