import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
http = get_asgi_application()

from channels.routing import URLRouter  # noqa: E402

from chat.routing import websocket_urlpatterns  # noqa: E402
from mysite.wrappers import WithUser, same_site_only  # noqa: E402

APPLICATIONS = {
    "http": http,
    "websocket": same_site_only(WithUser(URLRouter(websocket_urlpatterns))),
}


async def application(scope, receive, send):
    await APPLICATIONS[scope["type"]](scope, receive, send)
