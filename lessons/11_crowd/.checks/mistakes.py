"""What people get wrong in this lesson, beyond what Channels itself invites.

For the form and for each clue, see docs/contribute/mistakes.md.
"""

from checks.explain.mistakes.clues import look, says
from checks.explain.mistakes.mistake import Section

TASK_1 = Section("11_crowd/#task-1-greet-every-tab")

MISTAKES = (
    # WRITE: the mistakes of your own tasks, or delete this file.
    # It says more than answers_always_the_same, which fits too: so it weighs more.
    TASK_1("""crowd_says_something_else: The greeting has other words
        If a tab that connects receives another greeting
        Do: Send "Welcome" in the place of "$said".
        Why: The page shows the words as they come, so they have to be these.
    """).on("wrong: silent", look(says(r'"message": "(?P<said>\w+)"')), weight=2),
)
