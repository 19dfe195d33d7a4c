import re

COMMAND = re.compile(r"/in (\d+(?:\.\d+)?) (.+)", re.DOTALL)


def parse(text):
    """The seconds and the words of "/in 5 tea"; None for any other message."""
    match = COMMAND.fullmatch(text)
    return (float(match[1]), match[2]) if match else None
