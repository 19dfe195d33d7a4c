"""The wall, for a test that cannot wait half a minute until somebody is away."""

from checks.wall.asgi import application
from checks.wall.consumers import LearnerConsumer

LearnerConsumer.silence = 1.0

__all__ = ["application"]
