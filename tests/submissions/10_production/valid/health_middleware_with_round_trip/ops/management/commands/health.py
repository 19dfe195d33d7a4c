import asyncio

from django.core.management.base import BaseCommand, CommandError

from ops.probes import failures


class Command(BaseCommand):
    help = "Says whether the database and the channel layer answer."

    def handle(self, **options):
        if failed := asyncio.run(failures()):
            raise CommandError("\n".join(failed))
        self.stdout.write("ok")
