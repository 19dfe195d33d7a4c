from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import User
from django.shortcuts import redirect, render
from django.views.generic import CreateView


class SignUpForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ["email", "username"]


class SignUp(CreateView):
    form_class = SignUpForm
    template_name = "registration/signup.html"

    def form_valid(self, form):
        login(self.request, form.save())
        return redirect("/chat/lobby/")


@login_required
def room(request, room_name):
    return render(request, "chat/room.html", {"room_name": room_name})
