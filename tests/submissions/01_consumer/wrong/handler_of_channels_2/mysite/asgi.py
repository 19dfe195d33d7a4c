import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
django.setup()

from channels.http import AsgiHandler
from channels.routing import ProtocolTypeRouter

from chat.consumers import ChatConsumer

application = ProtocolTypeRouter(
    {
        "http": AsgiHandler(),
        "websocket": ChatConsumer.as_asgi(),
    }
)
