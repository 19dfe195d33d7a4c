from django.contrib.auth.models import User
from django.db.models import Q


class EmailBackend:
    """Logs people in with their name or their e-mail address."""

    def authenticate(self, request, username=None, password=None):
        names = Q(username=username) | Q(email=username)
        user = User.objects.filter(names).first()
        if user and user.check_password(password):
            return user
