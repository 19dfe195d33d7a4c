#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    which = "production" if os.environ.get("PRODUCTION") == "1" else "local"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings." + which)
    execute_from_command_line(sys.argv)
