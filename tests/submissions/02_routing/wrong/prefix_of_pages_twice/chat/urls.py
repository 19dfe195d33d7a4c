from django.urls import path

from . import views

urlpatterns = [
    path("chat/<slug:room_name>/", views.room, name="room"),
]
