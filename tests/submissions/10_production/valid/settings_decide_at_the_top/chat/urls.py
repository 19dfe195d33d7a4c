from django.urls import path

from .views import NoticesView, RoomView

urlpatterns = [
    path("<slug:room_name>/", RoomView.as_view(), name="room"),
    path("<slug:room_name>/notices/", NoticesView.as_view(), name="notices"),
]
