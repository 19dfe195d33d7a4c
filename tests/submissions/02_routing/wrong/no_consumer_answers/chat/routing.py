from django.urls import path


async def chat(scope, receive, send):
    await send({"type": "websocket.accept"})
    while (event := await receive())["type"] != "websocket.disconnect":
        if event["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": event["text"]})


websocket_urlpatterns = [
    path("ws/chat/<slug:room_name>/", chat),
]
