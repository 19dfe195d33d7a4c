"""The ASGI application: every connection starts here.

`checks/classroom.py` serves it: `python -m daphne checks.wall.asgi:application`.
"""

import os

from django.core.asgi import get_asgi_application

# Even if somebody has exported the settings of another project.
os.environ["DJANGO_SETTINGS_MODULE"] = "checks.wall.settings"

# This sets Django up. Whatever needs its settings has to come after it.
django_asgi_app = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter

from checks.wall.bodies import refuse_bodies
from checks.wall.routing import websocket_urlpatterns

refuse_bodies()
application = ProtocolTypeRouter(
    {"http": django_asgi_app, "websocket": URLRouter(websocket_urlpatterns)}
)
