from django.urls import path

from chat.views import RoomView

urlpatterns = [path("<slug:room_name>/", RoomView.as_view())]
