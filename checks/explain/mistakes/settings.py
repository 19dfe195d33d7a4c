"""Mistakes in the settings: what keeps the server, or a person, out."""

import difflib
import re

from checks.explain.mistakes.clues import *
from checks.explain.mistakes.sections import *
from checks.explain.mistakes.system_checks import ADVICE

DRIVERS = {
    "psycopg": "psycopg[binary]",
    "psycopg2": "psycopg[binary]",
    "MySQLdb": "mysqlclient",
    "oracledb": "oracledb",
    "cx_Oracle": "oracledb",
}
"""What brings the module that an engine of Django's imports."""
PACKAGES = ("channels", "channels_redis", "daphne", "django")
NO_MODULE = r"^ModuleNotFoundError: No module named '(?P<name>[\w.]+)'"
NO_APP = r"^LookupError: (?:No installed app with label|App) '(?P<name>\w+)'"
KEY = re.compile(
    r"^KeyError: '([A-Z][A-Z0-9_]*)'|"
    r": (\w+) not found\. Declare it as envvar|"
    r": Set the (\w+) environment variable"
)
"""What Python, decouple and environ say of a variable that is not set."""
NO_FILE = "^(FileNotFound|Permission|IsADirectory|NotADirectory)Error"
OF_ENVIRONMENT = uses(r"environ.*|getenv|env|config", FAILED)


def set_at(name: str) -> Clue:
    """Fit when the project sets this, and point to the last line that does.

    It is one of the settings that are loaded, if they set it themselves.
    """

    def clue(evidence: Evidence) -> Found | None:
        lines = [line for line in evidence.statements if name in line.assigns]
        process = evidence.event.get("process")
        ready = (e for e in evidence.run_events if e["kind"] == "ready")
        named = next((e for e in ready if e["process"] == process), evidence.ready)
        loaded = str(named.get("settings")).replace(".", "/")
        loaded_last = sorted(lines, key=lambda line: line.at.file == f"{loaded}.py")
        return {"where": loaded_last[-1].at} if lines else None

    return clue


def _driver(evidence: Evidence) -> Found | None:
    """The package that brings the driver which an import did not find."""
    match = evidence.said(NO_MODULE)
    package = DRIVERS.get(match["name"].partition(".")[0]) if match else None
    return {"package": package} if package else None


def _variable(evidence: Evidence) -> Found | None:
    """The variable of the environment that is not set."""
    match = evidence.said(KEY.pattern)
    return {"name": next(filter(None, match.groups()))} if match else None


def _named(inside: str) -> Clue:
    """Fit when a text in this file, or value, names the module that is missing."""

    def clue(evidence: Evidence) -> Found | None:
        match = evidence.said(NO_MODULE)
        for line in evidence.lines(inside) if match else ():
            for text in line.texts:
                if match and f"{text}.".startswith(f"{match['name']}."):
                    setting = "".join(line.assigns) or "the settings"
                    return {"where": line.at, "name": text, "setting": setting}
        return None

    return clue


def _others(evidence: Evidence) -> Found | None:
    """The settings that manage.py names, where asgi.py names others."""
    found = {}
    for file in (ASGI, "manage.py"):
        for line in evidence.lines(file):
            if "DJANGO_SETTINGS_MODULE" in line.texts:
                found[file] = {"where": line.at, "named": line.texts[-1]}
    manage, asgi = found.get("manage.py"), found.get(ASGI)
    if not manage or not asgi or manage["named"] == asgi["named"]:
        return None
    return asgi | {"named": manage["named"]}


def _meant(evidence: Evidence) -> Found | None:
    """The folder of the project, or the package, that a module's name was meant for."""
    match = evidence.said(NO_MODULE)
    name = match["name"] if match else ""
    folders = [path.name for path in evidence.project.iterdir() if path.is_dir()]
    alike = difflib.get_close_matches(name, [*folders, *PACKAGES])
    return {"name": name, "meant": alike[0]} if alike else None


def _own_module(evidence: Evidence) -> Found | None:
    """The file that is missing in a folder of the project."""
    match = evidence.said(NO_MODULE)
    folder = match["name"].partition(".")[0] if match else ""
    if (
        not match
        or "." not in match["name"]
        or not (evidence.project / folder).is_dir()
    ):
        return None
    return {"file": f"{match['name'].replace('.', '/')}.py"}


def of_logging(evidence: Evidence) -> Found | None:
    """The part of LOGGING that cannot be used, such as `handler 'file'`."""
    for said in evidence.event.get("chain", ()):
        if match := re.search(r"Unable to (?:configure|add) (?P<part>[\w ']+)", said):
            return {"part": match["part"]}
    return None


def _advised(evidence: Evidence) -> Found:
    """What to do about an error of the system check, and the setting to look at."""
    event = evidence.event
    hint = f"{event['hint'].rstrip('.')}." if event["hint"] else ""
    do = ADVICE.get(event["error"], hint) or "Change what those words name."
    for name in re.findall(r"[A-Z][A-Z_]{4,}", event["words"]):
        if not event["at"] and (there := set_at(name)(evidence)):
            return {"do": do} | there
    return {"do": do}


MISTAKES = [
    # What keeps runserver from starting
    OTHER("""debug_off_without_hosts: DEBUG is off, and ALLOWED_HOSTS is empty
      If the terminal says `You must set settings.ALLOWED_HOSTS if DEBUG is False`
      Do: Write DEBUG = True while you work on this machine; where it has to be False,
        write ALLOWED_HOSTS = ["localhost"] as well.
      Why: With DEBUG on, an empty list means this machine; with DEBUG off, nobody.
    """).on("no_start: runserver_raised", terminal, set_at("DEBUG")),
    OTHER("""user_model_is_not_installed: AUTH_USER_MODEL names a model of an app that
        is not installed
      If the terminal says `AUTH_USER_MODEL refers to model '…' that has not been
        installed`, or `No installed app with label '…'`
      Do: Put the app $name, with that model in its models.py, among the INSTALLED_APPS;
        or take AUTH_USER_MODEL out, and Django's own user is used.
      Why: A model belongs to an app, and Django knows those of INSTALLED_APPS only.
    """).on("no_start", NO_APP, set_at("AUTH_USER_MODEL")),
    OTHER("""user_models_clash: There are two models for users
      If the terminal says `Reverse accessor … clashes with reverse accessor`, of
        groups or user_permissions
      Do: Name your model in mysite/settings.py: AUTH_USER_MODEL = "app.Model". Why: As
        long as it does not, Django's own User is in use beside yours, and both want the
        same names.""").on(
        "no_start: runserver_check",
        r"^fields\.E30[24]: .*\.(groups|user_permissions)",
        at=SETTINGS,
    ),
    OTHER("""system_check_fails: Django's system check finds an error
      If the terminal says `SystemCheckError: System check identified some issues`
      Do: $do Why: runserver checks models, settings, URLs and templates when it starts,
        and stops at an error.""").on("no_start: runserver_check", _advised),
    OTHER("""log_file_cannot_be_opened: The file of a log cannot be opened
      If the terminal says `Unable to configure handler '…'`, because of
        FileNotFoundError or PermissionError
      Do: Make the folder of that file in mysite/settings.py, above LOGGING: (BASE_DIR /
        "logs").mkdir(exist_ok=True), and name the file by BASE_DIR, too; or use a
        logging.StreamHandler, which writes to the terminal.
      Why: A handler makes the file when the project starts, and no folder for it.
    """).on("no_start", NO_FILE, of_logging, set_at("LOGGING"), weight=1),
    OTHER("""logging_is_misconfigured: LOGGING has an entry that Python cannot use
      If the terminal says `Unable to configure …`
      Do: Correct the $part in LOGGING: the exception says what it cannot use.
      Why: The project sets logging up first when it starts.
    """).on("no_start", of_logging, set_at("LOGGING"), weight=1),
    # What the environment lacks
    OTHER("""database_driver_is_missing: The driver of the database is not installed
      If the terminal says `Error loading psycopg2 or psycopg module`, or that of
        another database Do: Install the driver: .venv/bin/pip install "$package"; or
        use SQLite, with "ENGINE": "django.db.backends.sqlite3" in DATABASES. Why: An
        engine of Django's speaks to its database through a package of its own.""").on(
        "no_start: loading", _driver, set_at("DATABASES"), weight=3
    ),
    OTHER("""database_engine_is_misspelt: DATABASES names an engine that does not exist
      If the terminal says `isn't an available database backend`
      Do: Write "ENGINE": "django.db.backends.sqlite3", or sqlite3's neighbors
        postgresql, mysql and oracle. Why: It is the path of a module of Django's,
        letter by letter.""").on(
        "no_start: loading",
        r"No module named 'django\.db\.backends\.",
        set_at("DATABASES"),
        weight=3,
    ),
    OTHER("""environment_variable_is_missing: A variable of the environment is not set
      If the terminal says `KeyError: '…'`, where os.environ is read
      Do: Set it before you start, such as with export $name=…; or give it a default:
        os.environ.get("$name", "…"). Why: A program sees the variables of the terminal
        that it is started in, and no others.
    """).on("no_start: loading raised page_raised", _variable, OF_ENVIRONMENT),
    OTHER("""secret_key_is_empty: SECRET_KEY is empty
      If the terminal says `The SECRET_KEY setting must not be empty`
      Do: Give SECRET_KEY a text; where it comes from the environment, a default too:
        os.environ.get("SECRET_KEY", "for work on this machine"). Why: Django signs
        sessions with it, and does not start without one.
    """).on("no_start", terminal, weight=1),
    OTHER("""app_is_misspelt: The settings have another name than the app
      If the terminal says `No module named '…'`, and an app has a name much like it
      Do: Write $meant instead of $name in $setting.
      Why: Django imports each app by the name that stands there, letter by letter.
    """).on("no_start: loading", NO_MODULE, _named(SETTINGS), _meant, weight=1),
    OTHER("""app_is_not_installed: The settings name an app that is not there
      If the terminal says `No module named '…'`, and no app has a name like it
      Do: Take $name out of $setting; or install the package that brings it, with
        .venv/bin/pip install.
      Why: Django imports every app and every middleware when it starts, from the folder
        of the project or from what is installed.
    """).on("no_start: loading", NO_MODULE, _named(SETTINGS), weight=1),
    OTHER("""settings_name_no_module: The settings name a module that does not exist
      If the terminal says `No module named '…'`, and its folder is one of yours
      Do: Make the file $file; or write the name that the module has, instead of $name
        in $setting. Why: Django imports what the settings name, such as a middleware,
        by its path.""").on(
        "no_start: loading", NO_MODULE, _named(SETTINGS), _own_module, weight=1
    ),
    # What daphne and manage.py are told
    OTHER("""settings_of_another_project: asgi.py names settings that this project does
        not have
      If runserver works, and daphne says `No module named '…'`
      Do: Name the settings that manage.py names:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings").
      Why: manage.py names the settings for runserver, and asgi.py for the daphne
        command.""").on("no_start: fails_under_daphne", _named(ASGI), weight=3),
    OTHER("""asgi_names_other_settings: asgi.py names other settings than manage.py
      If runserver works, and daphne starts with settings that lack something
      Do: Name the same settings in mysite/asgi.py as in manage.py:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "$named").
      Why: manage.py names the settings for runserver, and asgi.py for the daphne
        command.""").on("no_start: fails_under_daphne", _others, weight=1),
    OTHER("""manage_names_other_settings: manage.py names settings that this project
        does not have
      If daphne works, and python manage.py runserver says `No module named '…'`
      Do: Name the settings that asgi.py names:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings").
      Why: manage.py names the settings for runserver, and asgi.py for the daphne
        command.""").on("no_start: loading", _named("manage.py"), weight=3),
    # What keeps a person out
    OTHER("""hosts_without_localhost: ALLOWED_HOSTS does not have localhost
      If the browser says `DisallowedHost`, or `Bad Request (400)`
      Do: Write "localhost" into ALLOWED_HOSTS: the name alone, without http:// and
        without a port. Why: Django answers only those who ask for it by a name in that
        list; an empty one, with DEBUG on, means this machine.
    """).on("pages: page_raised", "^DisallowedHost", set_at("ALLOWED_HOSTS"), weight=1),
    OTHER("""redirects_to_https: SECURE_SSL_REDIRECT is on
      If the browser says ERR_SSL_PROTOCOL_ERROR, at an address with https://
      Do: Write SECURE_SSL_REDIRECT = False here, and True where a server with a
        certificate stands in front. Why: runserver and daphne speak plain HTTP here, so
        nobody answers at that address.
    """).on("pages: moves_to_https", set_at("SECURE_SSL_REDIRECT")),
    WHO("""session_cookie_has_a_path: The session cookie is for the pages alone
      If somebody who has logged in is anonymous for the consumer
      Do: Take SESSION_COOKIE_PATH out of mysite/settings.py: it is "/" then.
      Why: A browser sends a cookie to addresses below its path only, and those of the
        WebSockets begin with /ws/.
    """).on("scope: cookie_is_not_sent", set_at("SESSION_COOKIE_PATH")),
    WHO("""backend_finds_nobody: The backend for the login has no get_user()
      If somebody who has logged in is anonymous, for the pages and for the consumer
      Do: Let your backend inherit from ModelBackend, of django.contrib.auth.backends.
      Why: The session has the id of the user. Each request, and each WebSocket, calls
        get_user(user_id) of the backend to find them; that of BaseBackend finds nobody.
    """).on("scope: finds_nobody", set_at("AUTHENTICATION_BACKENDS")),
    WHO("""cookie_is_for_another_host: A cookie is for another host
      If nobody stays logged in, and SESSION_COOKIE_DOMAIN is set
      Do: Take SESSION_COOKIE_DOMAIN and CSRF_COOKIE_DOMAIN out of mysite/settings.py: a
        cookie is then for the host that sets it.
      Why: A browser drops a cookie that is for another host than that of the page.
    """).on(
        "scope: cookie_is_dropped",
        either(set_at("SESSION_COOKIE_DOMAIN"), set_at("CSRF_COOKIE_DOMAIN")),
    ),
    OTHER("""redirects_to_www: PREPEND_WWW is on
      If the browser goes to www.localhost
      Do: Write PREPEND_WWW = False here. Why: www.localhost is another host than
        localhost: its cookies and its WebSockets are others.
    """).on("pages: moves_elsewhere", got(r"//www\."), set_at("PREPEND_WWW")),
    OTHER("""secret_key_is_drawn_at_start: SECRET_KEY is drawn when the server starts
      If everybody is logged out whenever the server restarts
      Do: Write a key into the settings, or read one from the environment, and draw none
        there. Why: Sessions are signed with the key: those of before a restart, and of
        another process, are not valid.
    """).on("advice: secret_is_drawn", set_at("SECRET_KEY")),
]
