from django.views.generic import TemplateView


class RoomView(TemplateView):
    template_name = "chat/room.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["title"] = f"Room {context['room_name']}"
