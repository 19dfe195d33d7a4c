from channels.routing import route

from . import consumers

websocket_urlpatterns = [
    route("websocket.receive", consumers.ChatConsumer),
]
