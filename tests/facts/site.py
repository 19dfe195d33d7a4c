"""The site on which the facts are measured, as `daphne` serves it.

The address `/test_closing/Raises/…` leads to `Raises` in `test_closing.py`, and what
follows is the path that this one sees. A function returns the application to call.
"""

import importlib
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.facts.settings")

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

pages = get_asgi_application()


async def consumers(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Call what the address names."""
    _, module, name, path = scope["path"].split("/", 3)
    named: Any = getattr(importlib.import_module(f"tests.facts.{module}"), name)
    make = getattr(named, "as_asgi", named)
    await make()({**scope, "path": f"/{path}"}, receive, send)


application = ProtocolTypeRouter({"http": pages, "websocket": consumers})
