from django.urls import path

from . import views

urlpatterns = [
    path("<slug:room_name>/", views.Room.as_view(), name="room"),
    path("<slug:room_name>/notices/", views.notices, name="notices"),
]
