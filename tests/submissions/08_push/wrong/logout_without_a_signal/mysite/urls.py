from django.contrib.auth.forms import UserCreationForm
from django.urls import include, path, reverse_lazy
from django.views.generic import CreateView, RedirectView

from chat.views import log_out

urlpatterns = [
    path("", RedirectView.as_view(url="/chat/lobby/")),
    path("chat/", include("chat.urls")),
    path("accounts/logout/", log_out, name="logout"),
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
