"""What the settings of a project resolve to: its channel layer, and its Redis."""

import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from checks.asking.project import check_keeping, check_lasting
from checks.course.lessons import Lesson
from checks.doctor.report import Line, asked
from checks.explain.cause import cause_of
from checks.explain.record import Record
from checks.observe.failure import Failure
from checks.observe.monitor import Monitor
from checks.observe.timeline import Timeline
from checks.run.answers import confinement
from checks.sandbox import questions, redis_server
from checks.sandbox.processes import Project
from checks.sandbox.redis_hosts import share_a_key
from checks.verdict import Cause

Layer = dict[str, Any]


def examine(lesson: Lesson, folder: Path) -> Iterator[Line]:
    """What is known of the settings of a project, a line each."""

    def explain(failure: Failure) -> Cause:
        return cause_of(failure, Record(lesson, folder, Timeline()))

    layers: list[Layer] = []
    yield from asked("settings", partial(_load, lesson, folder, layers), explain)
    for layer in layers[:1]:
        yield from asked("layer", partial(_layer, lesson, layer), explain)
        yield from _redis(layer, explain)
        yield from _odd(layers, explain)


def _load(lesson: Lesson, folder: Path, layers: list[Layer]) -> str:
    """Load the settings in two processes, as two servers would."""
    with contextlib.closing(Project(folder, Monitor(), confinement(lesson))) as project:
        project.begin()
        layers += [project.ask(questions.layer) for _ in range(2)]
    return "mysite/settings.py loads"


def _layer(lesson: Lesson, layer: Layer) -> str:
    """The class of the layer. Raises Failure if the lesson needs another one."""
    if not layer.get("redis") and lesson.broker:
        expected = "the default channel layer to be a Redis one"
        raise Failure("no_redis_layer", expected, event=layer)
    hosts = layer.get("redis") or ()
    divided = f"; {len(hosts)} hosts, which divide its groups among them"
    name = layer.get("name") or f"none: {layer['error']}"
    return f"{name}{divided * (len(hosts) > 1)}"


def _redis(layer: Layer, explain: Any) -> Iterator[Line]:
    """Each host of the layer, as it is written and as it answers."""
    written = layer.get("written") or ["not written: the default of channels_redis"]
    for host, form in zip(layer.get("redis") or (), written, strict=False):
        yield from asked("Redis", partial(_answers, layer, host, form), explain)


def _answers(layer: Layer, host: dict[str, Any], form: str) -> str:
    """Connect to a host, and return what answers. Raises Finding or Failure."""
    with redis_server.connected(host, pubsub=layer["pubsub"]) as server:
        embedded = server.name.startswith("embedded")
        lent = ", which each command starts, as nothing else listens there"
        return f"{server.name}{lent * embedded}; written as {form}"


def _odd(layers: list[Layer], explain: Any) -> Iterator[Line]:
    """What else of the layer will cause trouble; nothing if it will not."""
    for question in (partial(_lasts, layers[0]), partial(_shared, layers)):
        yield from (it for it in asked("layer", question, explain) if it.cause)


def _lasts(layer: Layer) -> str:
    if layer.get("redis"):
        check_keeping(layer)
        check_lasting(layer)
    return ""


def _shared(layers: list[Layer]) -> str:
    share_a_key(*layers)
    return ""
