import json

from django.http import JsonResponse


def ChatConsumer(request):
    message = json.loads(request.body)["message"]
    return JsonResponse({"message": message})
