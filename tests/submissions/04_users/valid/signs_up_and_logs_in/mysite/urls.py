from django.urls import include, path
from django.views.generic import RedirectView

from chat import views

urlpatterns = [
    path("", RedirectView.as_view(url="/chat/lobby/")),
    path("chat/", include("chat.urls")),
    path("accounts/", include("django.contrib.auth.urls")),
    path(
        "accounts/signup/",
        views.SignUp.as_view(),
        name="signup",
    ),
]
