"""The results for other programs: JUnit XML, Gradescope, and GitHub Actions.

Formats: the `testsuites` that CI servers read; Gradescope's `results.json`
(https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format); workflow
commands and job summaries of GitHub Actions.
"""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from checks.course.lessons import Course
from checks.grade.points import Points, shown
from checks.grade.report import WORDS
from checks.grade.results import Result, write_text

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may contain."""
ENDS_LINE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
"""What would end a workflow command, and begin another one."""
ENDS_PROPERTY = str.maketrans({":": "%3A", ",": "%2C"})
"""What would end a property of it."""


def write(folder: Path, results: list[Result], points: Points) -> None:
    """Write `junit.xml`, and `gradescope/<student>.json` for each student."""
    write_text(folder / "junit.xml", junit(results))
    for student_id in {result.id for result in results}:
        mine = [result for result in results if result.id == student_id]
        path = folder / "gradescope" / f"{student_id}.json"
        write_text(path, json.dumps(gradescope(mine, points), indent=1))


def junit(results: list[Result]) -> str:
    """One suite for each lesson, and one case for each student."""
    root = ET.Element("testsuites")
    for slug in sorted({result.lesson for result in results}):
        mine = [result for result in results if result.lesson == slug]
        bad = [_kind(it) for it in mine]
        suite = ET.SubElement(root, "testsuite", name=slug or "unreadable")
        suite.set("tests", str(len(mine)))
        suite.set("failures", str(bad.count("failure")))
        suite.set("errors", str(bad.count("error")))
        for result in mine:
            _case(suite, result)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _case(suite: ET.Element, result: Result) -> None:
    name = NOT_IN_XML.sub("\ufffd", result.student)
    case = ET.SubElement(suite, "testcase", classname=suite.get("name", ""), name=name)
    case.set("time", f"{result.seconds:.3f}")
    if kind := _kind(result):
        words = NOT_IN_XML.sub("\ufffd", result.words)
        ET.SubElement(case, kind, message=WORDS[result.status]).text = words


def _kind(result: Result) -> str:
    if result.status == "passed":
        return ""
    return "failure" if result.status in ("failed", "not_started") else "error"


def gradescope(results: list[Result], points: Points) -> dict[str, Any]:
    """What Gradescope shows to one student: a test for each task of each lesson."""
    return {
        "score": sum(map(points.of, results)),
        "output_format": "text",
        "output": "\n".join(result.words for result in results),
        "tests": [test for it in results for test in _tests(it, points)],
    }


def _tests(result: Result, points: Points) -> Iterator[dict[str, Any]]:
    tasks = Course().lesson(result.lesson).tasks if result.lesson else ()
    for task in tasks:
        most = points.weights[result.lesson][task.number - 1]
        passed = task.number in result.tasks
        yield {
            "name": f"{result.lesson}, task {task.number}: {task.title}",
            "status": "passed" if passed else "failed",
            "score": most if passed else 0,
            "max_score": most,
        }


def annotations(results: Iterable[Result]) -> Iterator[str]:
    """A workflow command for each failure, at the line to look at."""
    for result in results:
        cause = (result.verdict or {}).get("cause")
        if result.status == "failed" and cause:
            where = cause["where"] or {}
            at = {"title": result.student}
            if where:
                at["file"] = f"lessons/{result.lesson}/{where['file']}"
            if where.get("line"):
                at["line"] = str(where["line"])
            given = ",".join(f"{name}={_property(it)}" for name, it in at.items())
            words = f"Expected {cause['expected']}, but {cause['got']}. {cause['cure']}"
            yield f"::error {given}::{words.translate(ENDS_LINE)}"


def _property(words: str) -> str:
    return words.translate(ENDS_LINE).translate(ENDS_PROPERTY)


def summary(results: Iterable[Result], points: Points) -> str:
    """A table in Markdown for the page of a job."""
    lines = ["| student | lesson | result | points |", "| --- | --- | --- | --- |"]
    for result in results:
        most = shown(points.most(result.lesson))
        cells = [result.student, result.lesson, WORDS[result.status]]
        cells.append(f"{shown(points.of(result))} of {most}")
        lines.append(f"| {' | '.join(map(_in_cell, cells))} |")
    return "\n".join(lines) + "\n"


def _in_cell(words: str) -> str:
    """Text that is no markup in a cell of a table: each sign as a reference."""
    return re.sub(r"[^\w .,;-]|_", lambda sign: f"&#{ord(sign[0])};", words)
