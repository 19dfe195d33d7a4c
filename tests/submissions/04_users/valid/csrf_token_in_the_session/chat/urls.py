from django.urls import path

from .views import Room

urlpatterns = [
    path("<slug:room_name>/", Room.as_view(), name="room"),
]
