from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import TemplateView


class RoomView(TemplateView, LoginRequiredMixin):
    template_name = "chat/room.html"
