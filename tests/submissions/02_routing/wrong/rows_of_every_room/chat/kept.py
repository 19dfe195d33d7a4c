"""What was said since the server started: pairs of a room and a text."""

KEPT = []
