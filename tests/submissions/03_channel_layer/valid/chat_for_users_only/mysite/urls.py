from django.contrib.auth.views import LoginView
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(url="/chat/lobby/")),
    path("accounts/login/", LoginView.as_view()),
    path("chat/", include("chat.urls")),
]
