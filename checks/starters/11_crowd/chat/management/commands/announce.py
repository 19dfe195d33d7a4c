from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from chat.notices import announce


class Command(BaseCommand):
    help = 'Announces something: manage.py announce lobby ada "Lunch is ready"'

    def add_arguments(self, parser):
        parser.add_argument("room")
        parser.add_argument("user")
        parser.add_argument("text", nargs="+")

    def handle(self, room, user, text, **options):
        author = get_user_model().objects.filter(username=user).first()
        if author is None:
            raise CommandError(f"Nobody has signed up as {user}.")
        for notice in text:
            announce(room, author, notice)
