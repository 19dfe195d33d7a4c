"""How a message travels."""

import json


def unpacked(text):
    try:
        return json.loads(text)["message"]
    except (KeyError, TypeError, ValueError):
        return None


def packed(message):
    return json.dumps({"message": message})
