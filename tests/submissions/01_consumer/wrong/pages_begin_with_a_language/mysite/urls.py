from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [path("", RedirectView.as_view(url="/chat/lobby/"))]
urlpatterns += i18n_patterns(
    path("chat/", include("chat.urls")),
    prefix_default_language=True,
)
