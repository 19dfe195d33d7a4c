from django.urls import re_path

from . import views

urlpatterns = [
    re_path(r"^(?P<room_name>[-a-zA-Z0-9_]{1,80})/$", views.room, name="room"),
]
