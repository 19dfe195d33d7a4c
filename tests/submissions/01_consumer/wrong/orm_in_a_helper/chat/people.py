from django.contrib.auth.models import User


def known(name):
    """Whether somebody has this name."""
    return User.objects.filter(username=name).exists()
