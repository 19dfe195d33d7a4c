from django.contrib.auth.forms import UserCreationForm
from django.urls import include, path, reverse_lazy
from django.views.generic import CreateView, RedirectView

from chat.health import HealthView

urlpatterns = [
    path("health/", HealthView.as_view()),
    path("", RedirectView.as_view(url="/chat/lobby/")),
    path("chat/", include("chat.urls")),
    path("accounts/", include("django.contrib.auth.urls")),
    path(
        "accounts/signup/",
        CreateView.as_view(
            form_class=UserCreationForm,
            template_name="registration/signup.html",
            success_url=reverse_lazy("login"),
        ),
        name="signup",
    ),
]
