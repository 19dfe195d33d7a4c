from django.contrib.auth.models import User
from django.urls import include, path, reverse_lazy
from django.views.generic import CreateView, RedirectView

urlpatterns = [
    path("", RedirectView.as_view(url="/chat/lobby/")),
    path("chat/", include("chat.urls")),
    path("accounts/", include("django.contrib.auth.urls")),
    path(
        "accounts/signup/",
        CreateView.as_view(
            model=User,
            fields=["username", "password"],
            template_name="registration/signup.html",
            success_url=reverse_lazy("login"),
        ),
        name="signup",
    ),
]
