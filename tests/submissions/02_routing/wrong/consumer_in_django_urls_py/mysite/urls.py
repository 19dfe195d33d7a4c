from django.urls import include, path
from django.views.generic import RedirectView

from chat import consumers

urlpatterns = [
    path("", RedirectView.as_view(url="/chat/lobby/")),
    path("chat/", include("chat.urls")),
    path("ws/chat/<slug:room_name>/", consumers.ChatConsumer.as_asgi()),
]
