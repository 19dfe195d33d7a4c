from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from .views import SignUpView

urlpatterns = [
    path(
        "login/",
        LoginView.as_view(
            template_name="accounts/form.html",
            extra_context={"title": "Log in"},
        ),
        name="login",
    ),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("signup/", SignUpView.as_view(), name="signup"),
]
