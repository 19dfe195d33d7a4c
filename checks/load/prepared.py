"""Prepares a copy of a learner's project: `python -m checks.load.prepared ada ben`.

It runs in the folder of the copy, in a process of the project. It makes the database,
logs users of these names in, and prints one line of JSON: the `cookies`, and what is
worth knowing of the layer. Nothing is written to a database outside of the copy: the
line then names what is `elsewhere`.
"""

import json
import sys
from pathlib import Path
from typing import Any

from checks.sandbox.daphne import django_set_up
from checks.sandbox.login import log_in

LAYER = ("capacity", "expiry", "group_expiry", "channel_capacity")
"""What is kept of the settings of a layer; its hosts may have passwords in them."""


def prepare(names: list[str]) -> dict[str, Any]:
    """Make the database, and log users in, unless the database is elsewhere."""
    from django.conf import settings
    from django.core.management import call_command

    own = Path.cwd()
    for database in settings.DATABASES.values():
        engine, name = database["ENGINE"], str(database.get("NAME", ""))
        if not engine.endswith("sqlite3"):
            return {"elsewhere": engine}
        if not Path(name).resolve().is_relative_to(own):
            return {"elsewhere": name}
    call_command("migrate", verbosity=0, interactive=False)
    users = [log_in(name) for name in names]
    cannot = next((user["cannot"] for user in users if "cannot" in user), "")
    cookies = [] if cannot else [user["cookie"] for user in users]
    return {"cookies": cookies, "cannot": cannot, "layer": layer(settings)}


def layer(settings: Any) -> dict[str, Any]:
    """What the settings say of the default layer, as far as JSON can hold it."""
    default = getattr(settings, "CHANNEL_LAYERS", {}).get("default", {})
    config = default.get("CONFIG", {})
    kept = {key: config[key] for key in LAYER if isinstance(config.get(key), int)}
    return {"backend": default.get("BACKEND", "")} | kept


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    django_set_up()
    print("\n" + json.dumps(prepare(sys.argv[1:])))
