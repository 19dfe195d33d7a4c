from checks.explain.mistakes.clues import SETTINGS, got
from checks.explain.mistakes.mistake import Section

LIMITS = Section("02_limits/#task-1-limit-the-messages")

MISTAKES = (
    LIMITS("""no_limit: The settings have no MESSAGE_LIMIT
        If a message of any length comes back
        Do: Write MESSAGE_LIMIT = 500 in mysite/settings.py.
        Why: Whoever sends a megabyte makes everybody in the room read it.
    """).on("wrong: other_limit", got("it is None"), at=SETTINGS),
)
