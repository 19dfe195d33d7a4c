"""A first try, before the lesson."""


def answer(message):
    return {"message": message}
