from django.urls import include, path

websocket_urlpatterns = [
    # Task 1: Send ws/chat/<room_name>/ to the ChatConsumer.
    path("ws/", include("chat.urls")),
    # End of task 1
]
