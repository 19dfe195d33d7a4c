"""Notices that a session has ended, whichever view has ended it.

MIDDLEWARE is outside of the transaction of ATOMIC_REQUESTS: when the view has
returned, what it has done is committed.
"""

from . import groups
from .notices import send


class SessionEndMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        key = request.session.session_key
        # Only whoever is logged in can have tabs.
        before = request.user.pk if key else None
        response = self.get_response(request)
        if before is not None and request.user.pk != before:
            if not request.session.exists(key):
                send(groups.of_session(key), {"type": "session.ended"})
        return response
