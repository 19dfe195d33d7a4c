from django.contrib.auth import login
from django.contrib.auth.forms import UserCreationForm
from django.urls import reverse_lazy
from django.views.generic import FormView


class SignUpView(FormView):
    form_class = UserCreationForm
    template_name = "accounts/form.html"
    success_url = reverse_lazy("room", args=["lobby"])
    extra_context = {"title": "Sign up"}

    def form_valid(self, form):
        login(self.request, form.save())
        return super().form_valid(form)
