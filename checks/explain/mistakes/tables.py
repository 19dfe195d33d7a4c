"""Mistakes between models and the database: tables that are missing, rows of nobody."""

from checks.explain.mistakes.clues import *
from checks.explain.mistakes.sections import *

RAISED = ("raised", "caught", "http_raised")
NOBODY = (
    r"^(ValueError: Cannot assign .*(UserLazyObject|Anonymous|User)|TypeError: .*Anon)"
)
NAMED = (
    r"^ValueError: Cannot assign \"'.*'\": \"\w+\.(?P<field>\w+)\" must be a \"User\""
)
"""What Django says where a field is given a text, and takes a user."""


def missing(*, migration: bool, field: bool = False) -> Clue:
    """Fit when the database lacks a table, or a column, and a migration exists or not.

    The exception may be one that the learner's code has caught.
    """

    def clue(evidence: Evidence) -> Found | None:
        reported = (e for e in reversed(evidence.check_events) if e["kind"] in RAISED)
        for event in (evidence.event, *reported):
            lacks: Found | None = event.get("missing")
            if lacks and (lacks["migration"], bool(lacks["field"])) == (
                migration,
                field,
            ):
                return lacks
        return None

    return clue


MISTAKES = [
    SERVER("""model_has_no_migration: A model has no migration
      If the terminal says `no such table`, and no migration of the app makes the model
      Do: Type python manage.py makemigrations $app, and then python manage.py migrate,
        in the folder of your project. Why: A class of models.py describes a table; a
        migration makes it in the database.
    """).on("1011", missing(migration=False), weight=8),
    SERVER("""field_has_no_migration: A field of a model has no migration
      If the terminal says `no such column`, and no migration of the app makes the field
      Do: Type python manage.py makemigrations $app, and then python manage.py migrate,
        in the folder of your project. Why: The field is in the class alone; a
        migration adds it to the table.
    """).on("1011", missing(migration=False, field=True), weight=8),
    SERVER("""tables_are_not_migrated: The database has no table for a model
      If the terminal says `no such table`, and a migration makes it, as those of Django
        make auth_user and django_session
      Do: Type python manage.py migrate in the folder of your project.
      Why: makemigrations writes down what is to change; migrate changes the database.
    """).on("1011", missing(migration=True), weight=8),
    SERVER("""columns_are_not_migrated: The database has no column for a field
      If the terminal says `no such column`, and a migration makes it
      Do: Type python manage.py migrate in the folder of your project.
      Why: makemigrations writes down what is to change; migrate changes the database.
    """).on("1011", missing(migration=True, field=True), weight=8),
    OTHER("""database_cannot_be_opened: The folder of the database does not exist
      If the terminal says `unable to open database file`
      Do: Make the folder that "NAME" in DATABASES names, or write BASE_DIR /
        "db.sqlite3". Why: SQLite makes the file, and no folder for it.
    """).on("no_start", terminal, at=SETTINGS, weight=1),
    OTHER("""database_is_another_file: The file of the database is none of SQLite
      If the terminal says `file is not a database`
      Do: Name another file in DATABASES, or move that one away: python manage.py
        migrate makes a new one. Why: SQLite reads its own files only.
    """).on("no_start", terminal, at=SETTINGS, weight=1),
    OTHER("""anonymous_user_is_saved: An anonymous user is saved as if it were a user
      If the terminal says `Cannot assign … must be a "User" instance`
      Do: Save None where self.scope["user"].is_authenticated is false, in a field with
        null=True, blank=True; or do without the user.
      Why: Who has not logged in is an AnonymousUser, which is in no table.
    """).on("1011", NOBODY, own, weight=1),
    OTHER("""row_has_the_name_of_its_user: A name is saved where a user belongs
      If the terminal says `Cannot assign "'…'": … must be a "User" instance`
      Do: Give $field the user itself, and not the name: $field=self.scope["user"], or
        the user that a query has returned.
      Why: A ForeignKey takes an object of the model that it points to.
    """).on("1011", raised(NAMED), own, weight=2),
    OTHER("""row_is_the_only_one: A OneToOneField is where several rows may be
      If the terminal says `UNIQUE constraint failed: …`, and the model has a
        OneToOneField
      Do: Write ForeignKey instead of OneToOneField, and migrate, where there may be
        several rows for one; else use update_or_create(…).
      Why: A OneToOneField allows one row for each; a second tab of the same user makes
        a second one.
    """).on(
        "1011",
        r"^IntegrityError: .*(UNIQUE constraint failed|duplicate key).*_id\b",
        look(calls("OneToOneField", r".*models\.py")),
    ),
]
