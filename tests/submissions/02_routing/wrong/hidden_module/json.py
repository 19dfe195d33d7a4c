"""What json makes of a message."""

MESSAGE = '{"message": "hello"}'
