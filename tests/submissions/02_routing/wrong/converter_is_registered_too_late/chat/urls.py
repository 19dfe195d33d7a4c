from django.urls import path, register_converter

from . import converters, views

register_converter(converters.RoomConverter, "room")

urlpatterns = [
    path("<room:room_name>/", views.room, name="room"),
]
