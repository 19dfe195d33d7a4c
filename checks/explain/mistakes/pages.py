"""Mistakes in pages: templates, addresses, logins, and policies."""

import difflib
import re

from checks.course.folders import written
from checks.explain.mistakes.clues import *
from checks.explain.mistakes.sections import *
from checks.explain.mistakes.settings import set_at
from checks.regular_file import read_text
from checks.verdict import Where

LIBRARIES = {
    "static": "get_static_prefix get_media_prefix static",
    "i18n": "trans translate blocktrans blocktranslate get_current_language",
    "l10n": "localize localized",
    "tz": "localtime timezone get_current_timezone",
    "cache": "cache",
}
"""The libraries of tags that a template has to load, and tags in each."""
LOADED_BY = {tag: name for name, tags in LIBRARIES.items() for tag in tags.split()}
UNKNOWN_TAG = r"^TemplateSyntaxError: Invalid block tag.*?: '(?P<name>\w+)'"
GONE = r"^TemplateDoesNotExist: (?P<name>\S+)"
POSTS = re.compile(r"<form\b[^>]*\bpost\b", re.IGNORECASE)
DJANGO_ENGINE = "django.template.backends.django.DjangoTemplates"


def _library(evidence: Evidence) -> Found | None:
    """The library of the tag that a template does not know."""
    match = evidence.said(UNKNOWN_TAG)
    library = LOADED_BY.get(match["name"]) if match else None
    return {"library": library} if library else None


def form_without_token(evidence: Evidence) -> Found | None:
    """A template whose form is sent with POST, and which has no token."""
    for file in sorted(written(evidence.project)):
        text = read_text(file) if file.suffix == ".html" else ""
        if POSTS.search(text) and "csrf_token" not in text:
            return {"where": Where(str(file.relative_to(evidence.project)))}
    return None


def _template_meant(evidence: Evidence) -> Found | None:
    """A template of the project whose name is much like the one that is missing."""
    match = evidence.said(GONE)
    files = (p.relative_to(evidence.project) for p in written(evidence.project))
    inside = (f"/{file.as_posix()}".partition("/templates/")[2] for file in files)
    name = match["name"] if match else ""
    alike = difflib.get_close_matches(name, list(inside))
    return {"meant": alike[0]} if alike and alike[0] != name else None


def _template_is_there(evidence: Evidence) -> Found | None:
    """What to do about a template that is there, of the name that is missing."""
    match = evidence.said(GONE)
    name = f"*/{match['name']}" if match else ""
    found = [p for p in written(evidence.project) if name and p.match(name)]
    if not found:
        return None
    there = found[0].relative_to(evidence.project).as_posix()
    texts = {text for line in evidence.lines("TEMPLATES") for text in line.texts}
    do = (
        f"Add the app that has {there} to INSTALLED_APPS; else name its folder in DIRS."
    )
    if "/jinja2/" not in there and any("jinja2" in text for text in texts):
        do = f'Write "{DJANGO_ENGINE}" in TEMPLATES; or move {there} into jinja2/.'
    elif "APP_DIRS" not in texts:
        do = 'Write "APP_DIRS": True in TEMPLATES.'
    return {"do": do}


MISTAKES = [
    # Templates
    OTHER("""tag_library_is_not_loaded: A template uses a tag that it has not loaded
      If the browser says `Did you forget to register or load this tag?`
      Do: Write {% load $library %} at the top of that template.
      Why: A template knows the tags of the libraries that it loads itself.
    """).on("pages: page_raised", _library, weight=1),
    OTHER("""template_cannot_be_read: A template has an error
      If the browser says TemplateSyntaxError
      Do: Fix that line of the template, or the tag that is not closed above it.
      Why: Django reads a whole template before it shows any of it.
    """).on("pages: page_raised", "^TemplateSyntaxError"),
    OTHER("""template_is_named_otherwise: A view names a template that has another name
      If the browser says TemplateDoesNotExist, and there is one with a name like it
      Do: Write $meant, as the file is called, instead of $name.
      Why: Django finds a template by its path below templates/, letter by letter.
    """).on("pages: page_raised", GONE, _template_meant, weight=1),
    OTHER("""template_is_not_looked_for: A template is where Django does not look
      If the browser says TemplateDoesNotExist, and the template is there
      Do: $do Why: With APP_DIRS, Django looks into the folder templates of each app,
        and its engine for Jinja2 into the folder jinja2.
    """).on(
        "pages: page_raised",
        GONE,
        _template_is_there,
        set_at("TEMPLATES"),
        weight=1,
    ),
    OTHER("""url_name_does_not_exist: A URL is asked for by a name that no path has
      If the browser says NoReverseMatch
      Do: Use a name that urls.py gives to a path, with the arguments that it takes;
        with app_name there, put that and a colon before it.
      Why: {% url %}, reverse(), redirect() and LOGIN_URL look a path up by its name.
    """).on("pages: page_raised", "^NoReverseMatch"),
    OTHER("""static_manifest_is_missing: A static file is not in the manifest
      If the terminal says `Missing staticfiles manifest entry for '…'`
      Do: Write DEBUG = True while you work on this machine; where it has to be False,
        run python manage.py collectstatic first.
      Why: That storage reads the names of files from a list that collectstatic makes.
    """).on("pages: page_raised", "Missing staticfiles manifest entry", weight=1),
    # Rows
    OTHER("""row_does_not_exist: A row is asked for that the database does not have
      If the terminal says `matching query does not exist`
      Do: Write get_or_create(…) where a new $model is right; else catch
        $model.DoesNotExist, and say what happens without one.
      Why: get() raises where there is no such row: nobody has made it yet.""").on(
        "1011", r"^DoesNotExist: (?P<model>\w+) matching query does not exist"
    ),
    OTHER("""row_is_not_found: The view answers 404 for a row that the database does
        not have
      If the browser says `No … matches the given query`
      Do: Write $model.objects.get_or_create(…) where a room that nobody has made is to
        open, as every room of this chat does; or make that row first.
      Why: get_object_or_404() answers 404 where there is no such row.""").on(
        "pages: page_raised", r"^Http404: No (?P<model>\w+) matches", weight=1
    ),
    # Logins
    OTHER("""login_page_is_missing: The page wants a login, and there is no page to log
        in
      If the browser shows a 404 at /accounts/login/
      Do: Take away what asks for a login, as every room of this chat is open to all; or
        give $path a page, such as that of path("accounts/",
        include("django.contrib.auth.urls")) with LOGIN_URL = "/accounts/login/".
      Why: login_required redirects to LOGIN_URL, and nothing answers there by itself.
    """).on(
        "pages: no_login_page",
        got(r"redirects to (?P<path>\S+), which"),
        open_to_all,
        weight=-1,
    ),
    OTHER("""every_page_needs_a_login: A middleware asks for a login on every page
      If the browser is sent to /accounts/login/, and MIDDLEWARE has
        LoginRequiredMiddleware
      Do: Take "django.contrib.auth.middleware.LoginRequiredMiddleware" out of
        MIDDLEWARE; or put @login_not_required, of django.contrib.auth.decorators, above
        the view of the room.
      Why: That middleware redirects whoever is not logged in, and here every room is
        open to all.""").on(
        "pages: no_login_page redirects_to_nothing endless_redirects",
        look(says(r"LoginRequiredMiddleware", "MIDDLEWARE")),
        open_to_all,
    ),
    OTHER("""sessions_are_not_kept: The cache in which sessions are kept keeps nothing
      If whoever logs in gets `Bad Request (400)`, and the terminal says that the
        session was deleted before the request completed
      Do: Take out SESSION_ENGINE, so that sessions are in the database; or use
        "django.core.cache.backends.locmem.LocMemCache" in CACHES instead of DummyCache.
      Why: A login is an entry in the session; a DummyCache forgets it at once.""").on(
        "pages: page_raised", "^SessionInterrupted", look(assigns("SESSION_ENGINE"))
    ),
    OTHER("""login_template_is_missing: The page to log in has no template
      If the browser says TemplateDoesNotExist, for `registration/login.html`
      Do: Write the template chat/templates/registration/login.html, with {{ form }} and
        {% csrf_token %} in a form. Why: django.contrib.auth brings the view of that
        page, and leaves its looks to you.""").on(
        "pages: page_raised", rf"{GONE}(?<=registration/login\.html)", weight=3
    ),
    OTHER("""login_has_no_csrf_token: The form to log in has no {% csrf_token %}
      If the browser says `CSRF verification failed`, when somebody logs in
      Do: Write {% csrf_token %} inside the form.
      Why: CsrfViewMiddleware answers 403 to a form that does not bring back the token
        of its page: it may come from another site.""").on(
        "pages: form_is_refused", form_without_token
    ),
    OTHER("""page_is_forbidden: The page is forbidden, also to a user
      If the browser says `403 Forbidden`
      Do: Look for what checks permissions: a decorator of the view, or a middleware.
        Any user may open every room of this chat.
      Why: PermissionDenied, and a status of 403, end the request there.""").on(
        "pages: no_page page_raised", either(got("HTTP 403"), raised("^Permission"))
    ),
    # What the page allows
    SERVER("""policy_forbids_the_socket: The Content-Security-Policy forbids the
        WebSocket
      If the console of the browser says that connecting violates connect-src
      Do: Add connect-src 'self' to the policy: it allows WebSockets to the server that
        the page came from. Why: connect-src, or else default-src, lists whom a page's
        script may talk to.""").on("closed: policy_forbids_socket"),
    SERVER("""policy_forbids_the_script: The Content-Security-Policy forbids the script
        in the page
      If the console of the browser says that an inline script violates script-src
      Do: Move the script into a static file, and load it with <script src="…">; or add
        script-src 'self' 'unsafe-inline' to the policy. Why: script-src, or else
        default-src, lists where scripts may come from, and 'self' means files.""").on(
        "silent: policy_forbids_script"
    ),
]
