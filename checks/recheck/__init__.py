"""`make check` without STEP: the lessons that have passed, checked again."""
