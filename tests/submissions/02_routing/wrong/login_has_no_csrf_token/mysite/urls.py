from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(url="/chat/lobby/")),
    path("accounts/", include("django.contrib.auth.urls")),
    path("chat/", include("chat.urls")),
]
