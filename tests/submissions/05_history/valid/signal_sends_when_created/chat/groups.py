def group_of(room: str) -> str:
    return f"room.{room}"
