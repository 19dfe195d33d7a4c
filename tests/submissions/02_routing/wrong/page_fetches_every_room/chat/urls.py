from django.urls import path

from . import views

urlpatterns = [
    path("said/", views.said, name="said"),
    path("<slug:room_name>/", views.room, name="room"),
]
