"""Nothing here: chat/middleware.py notices the end of a session."""
