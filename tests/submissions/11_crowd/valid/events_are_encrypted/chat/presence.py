"""Who is in a room."""

from .models import Seat


async def names_in(room):
    """The names of the users in a room, each once, in order."""
    seats = Seat.objects.filter(room=room).taken()
    names = seats.values_list("user__username", flat=True)
    return sorted({name async for name in names})
