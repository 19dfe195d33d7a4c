"""Which address is for whom: there are two for WebSockets, and the page with its files.

A browser sends the origin of the page that connects, and no page can change that. So a
page of another site cannot watch, and no page at all can join: a learner's end is a
program, which sends no origin.
"""

from typing import Any

from channels.security.websocket import OriginValidator, WebsocketDenier
from django.conf import settings
from django.urls import path, re_path

from checks.wall import views
from checks.wall.consumers import LearnerConsumer, TeacherConsumer
from checks.wall.protocol import JOIN, WATCH


class NoOrigin(OriginValidator):  # type: ignore[misc]
    """Rejects every page of a browser."""

    def valid_origin(self, parsed_origin: Any) -> bool:
        """Whether the client has sent no origin."""
        return parsed_origin is None


urlpatterns = [path("", views.page), path("<str:name>", views.file)]

websocket_urlpatterns = [
    path(JOIN[1:], NoOrigin(LearnerConsumer.as_asgi(), [])),
    path(WATCH[1:], OriginValidator(TeacherConsumer.as_asgi(), settings.WALL_ORIGINS)),
    # Without this last one, an unknown address would be an exception in the log.
    re_path("", WebsocketDenier.as_asgi()),
]
