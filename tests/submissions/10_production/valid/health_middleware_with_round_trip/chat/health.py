"""Whether this server can work: asked by load balancers and monitoring.

Asked from outside, /health/ is answered by ops.asgi, before Django's URLs. This
view is for whoever serves the project without mysite.asgi, as tests do.
"""

from asgiref.sync import async_to_sync
from django.db import transaction
from django.http import HttpResponse

from ops.probes import failures


@transaction.non_atomic_requests  # It changes nothing.
def health(request):
    if async_to_sync(failures)():
        return HttpResponse("failing", status=503)
    return HttpResponse("ok")
