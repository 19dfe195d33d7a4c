import os

from django.core.asgi import get_asgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "mysite.settings"

pages = get_asgi_application()

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter

from chat.routing import websocket_urlpatterns

sockets = AuthMiddlewareStack(URLRouter(websocket_urlpatterns))


async def application(scope, receive, send):
    if scope["type"] == "websocket":
        await sockets(scope, receive, send)
    else:
        await pages(scope, receive, send)
