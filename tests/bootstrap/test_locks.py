"""What is locked, and what Redis is offered."""

import itertools
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from checks.sandbox import nginx

from .conftest import ROOT

PARTS = ["learn", "site", "tabs", "notebook", "maintain"]


def read(part: str, suffix: str) -> str:
    return (ROOT / "requirements" / f"{part}{suffix}").read_text()


def pins(part: str) -> dict[str, str]:
    """The requirement lines of a lock by their hashes, each with its marker."""
    a_pin = re.compile(r"^(\S.*?)((?: \\\n +--hash=\S+)*)$", re.MULTILINE)
    found = a_pin.findall(read(part, ".txt"))
    return {line: hashes for line, hashes in found if not line.startswith("#")}


@pytest.mark.parametrize("part", PARTS)
def test_every_wish_is_locked(part: str) -> None:
    wishes = re.findall(r"^([a-z][a-z0-9_-]*)", read(part, ".in"), re.MULTILINE)
    locked = {line.split("==")[0] for line in pins(part)}
    assert {wish.replace("_", "-") for wish in wishes} <= locked


@pytest.mark.parametrize("part", PARTS)
def test_every_wish_has_its_reason_in_the_line_before(part: str) -> None:
    lines = read(part, ".in").splitlines()
    for before, line in itertools.pairwise(lines):
        if re.match("[a-z]", line):
            assert re.match(r"# [A-Z].*\.$", before) or before.startswith("types-")


@pytest.mark.parametrize("part", PARTS)
def test_every_locked_package_has_hashes(part: str) -> None:
    assert pins(part)
    assert all(pins(part).values())


@pytest.mark.parametrize("part", PARTS)
def test_no_lock_says_where_packages_come_from(part: str) -> None:
    assert not re.search(r"https?:|--index|--find-links", read(part, ".txt"))


def test_one_environment_can_hold_all_parts() -> None:
    versions: dict[str, set[str]] = {}
    for part in PARTS:
        in_this_part: dict[str, list[str]] = {}
        for line in pins(part):
            in_this_part.setdefault(line.split("==")[0], []).append(line)
        for name, lines in in_this_part.items():
            versions.setdefault(name, set()).add(
                " ".join(sorted(re.findall(r"==([0-9][^ ]*)", " ".join(lines))))
            )
    assert {name: v for name, v in versions.items() if len(v) > 1} == {}


def test_redis_is_below_8() -> None:
    locked = next(line for line in pins("learn") if line.startswith("redis=="))
    assert int(locked.removeprefix("redis==").split(".")[0]) < 8


COMPOSE = ROOT / "docker-compose.yml"
WHOLE_CHAT = min(ROOT.glob("checks/starters/*/deploy/docker-compose.yml"))


def held_against_the_specification(file: Path) -> "subprocess.CompletedProcess[str]":
    check = ["check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
    return subprocess.run(
        [sys.executable, "-m", *check], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("file", [COMPOSE, WHOLE_CHAT], ids=["redis", "whole chat"])
def test_a_compose_file_fits_its_specification(file: Path, tmp_path: Path) -> None:
    done = held_against_the_specification(file)
    assert done.returncode == 0, done.stdout
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(file.read_text().replace("image:", "imaeg:"))
    assert held_against_the_specification(wrong).returncode == 1


def test_the_containers_of_the_whole_chat_have_what_nginx_looks_for() -> None:
    services = yaml.safe_load(WHOLE_CHAT.read_text())["services"]
    assert services["nginx"]["ports"] == [f"443:{nginx.PORT}"]
    servers = [it for name, it in services.items() if name.startswith("chat-")]
    assert [it["command"] for it in servers] == [
        f"daphne -p {port} mysite.asgi:application" for port in nginx.UPSTREAM
    ]
    others = [it for name, it in services.items() if name != "nginx"]
    assert {it["network_mode"] for it in others} == {"service:nginx"}


def test_the_containers_install_the_series_that_are_locked() -> None:
    chat = yaml.safe_load(WHOLE_CHAT.read_text())["x-chat"]
    wanted = re.findall(r'"([\w-]+)(?:\[\w+\])?~=([\d.]+)"', str(chat["build"]))
    pinned = filter(None, map(re.compile(r"([\w-]+)==(\d+\.\d+)").match, pins("learn")))
    locked = {match[1]: match[2] for match in pinned}
    assert {name.lower(): version for name, version in wanted} == {
        name: locked[name] for name in ("channels", "channels-redis", "django")
    }


def test_redis_is_pinned_healthy_and_reached_from_this_machine_only() -> None:
    redis = yaml.safe_load(COMPOSE.read_text())["services"]["redis"]
    assert re.fullmatch(r"redis:\d+\.\d+\.\d+(-alpine)?", redis["image"])
    assert redis["ports"] == ["127.0.0.1:6379:6379"]
    assert redis["healthcheck"]["test"] == ["CMD", "redis-cli", "ping"]
