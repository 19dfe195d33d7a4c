from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import TemplateView


class Room(LoginRequiredMixin, TemplateView):
    template_name = "chat/room.html"
