"""The ASGI application: every connection starts here.

`python -m daphne -b 127.0.0.1 -p 8002 checks.live.asgi:application` serves it to this
machine only.
"""

import os

from django.core.asgi import get_asgi_application

# Even if somebody has exported the settings of another project.
os.environ["DJANGO_SETTINGS_MODULE"] = "checks.live.settings"

# This sets Django up. Whatever needs its settings has to come after it.
django_asgi_app = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from django.conf import settings

from checks.live.backpressure import Backpressure
from checks.live.routing import websocket_urlpatterns

application = ProtocolTypeRouter(
    {
        "http": django_asgi_app,
        "websocket": OriginValidator(
            Backpressure(URLRouter(websocket_urlpatterns)), settings.LIVE_ORIGINS
        ),
    }
)
