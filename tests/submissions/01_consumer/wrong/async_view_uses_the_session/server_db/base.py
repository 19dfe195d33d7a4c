"""Stands for an engine whose server is not on this machine."""

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    vendor = "elsewhere"

    def get_new_connection(self, conn_params):
        raise base.Database.OperationalError("the server of this engine is away")
