from django.urls import include, path
from django.views.generic import RedirectView

from chat.views import SignUp

accounts = [
    path("signup/", SignUp.as_view(), name="signup"),
    path("", include("django.contrib.auth.urls")),
]

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="room"), {"room_name": "lobby"}),
    path("chat/", include("chat.urls")),
    path("accounts/", include(accounts)),
]
