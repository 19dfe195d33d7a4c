import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
get_asgi_application()

from talks.consumers import Talk

application = Talk.as_asgi()
