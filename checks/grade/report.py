"""The report: static pages, and a table for a spreadsheet.

What a student chose (names, what their code printed) is escaped by Django's templates.
The templates are given text only: a number would ask for settings of Django.
"""

import csv
import shutil
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from checks.course.lessons import Course
from checks.explain.mistakes import catalogue
from checks.grade.points import Points, shown
from checks.grade.results import Result, checked_by, write_text

HERE = Path(__file__).parent
WORDS = {
    "passed": "passed",
    "failed": "failed",
    "not_started": "not started",
    "timeout": "ran out of time",
    "machine": "not graded: the machine",
    "broken": "not graded: the checker broke",
    "unreadable": "could not be read",
}
NOT_GRADED = ("timeout", "machine", "broken", "unreadable")
"""Results that say nothing, or little, of what a student can do."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


class Report:
    """Writes what came of everybody into a folder."""

    def __init__(self, folder: Path, results: list[Result], points: Points) -> None:
        self.folder, self.points = folder, points
        self.students: dict[str, list[Result]] = defaultdict(list)
        for result in results:
            self.students[result.id].append(result)
        slugs = {result.lesson for result in results}
        self.lessons = [it for it in Course().lessons if it.slug in slugs]

    def write(self, missing: list[str]) -> None:
        """Write every page, and `grades.csv`. `missing` are names without a result."""
        pages = self.folder / "students"
        shutil.rmtree(pages, ignore_errors=True)
        pages.mkdir(parents=True)
        for name in ("report.css", "report.js"):
            shutil.copyfile(HERE / "templates" / name, self.folder / name)
        for student_id, results in self.students.items():
            page = _render("student.html", self._student(results))
            write_text(pages / f"{student_id}.html", page)
        write_text(
            self.folder / "index.html", _render("index.html", self._all(missing))
        )
        self._write_csv()

    def _all(self, missing: list[str]) -> dict[str, Any]:
        every = [result for results in self.students.values() for result in results]
        apart = [self._seen(it) for it in every if it.status in NOT_GRADED]
        return {
            "count": str(len(self.students)),
            "lessons": [self._lesson(lesson.slug, every) for lesson in self.lessons],
            "rows": [self._row(results) for results in self.students.values()],
            "most": shown(sum(self.points.most(it.slug) for it in self.lessons)),
            "mistakes": self._mistakes(every),
            "apart": apart,
            "missing": missing,
            "checked_by": checked_by(every),
            "changed": [self._seen(it) for it in every if it.before],
        }

    def _lesson(self, slug: str, every: list[Result]) -> dict[str, str]:
        mine = [result for result in every if result.lesson == slug]
        return {
            "slug": slug,
            "title": next(it.title for it in self.lessons if it.slug == slug),
            "passed": str(sum(result.status == "passed" for result in mine)),
            "count": str(len(mine)),
        }

    def _row(self, results: list[Result]) -> dict[str, Any]:
        by_lesson = {result.lesson: result for result in results}
        found = [by_lesson.get(lesson.slug) for lesson in self.lessons]
        return {
            "name": results[0].student,
            "id": results[0].id,
            "cells": [self._seen(it) if it else None for it in found],
            "total": shown(sum(map(self.points.of, results))),
        }

    def _seen(self, result: Result) -> dict[str, Any]:
        before = result.before or {}
        return {
            "name": result.student,
            "id": result.id,
            "lesson": result.lesson,
            "status": result.status,
            "word": WORDS[result.status],
            "points": shown(self.points.of(result)),
            "most": shown(self.points.most(result.lesson)),
            "before": WORDS.get(before.get("status", ""), ""),
            "words": result.words,
            "left_out": result.left_out,
            "tasks": self._tasks(result),
            "printed": (result.verdict or {}).get("printed", ""),
        }

    def _tasks(self, result: Result) -> list[dict[str, str]]:
        lesson = next((it for it in self.lessons if it.slug == result.lesson), None)
        return [
            {
                "number": str(task.number),
                "title": task.title,
                "word": "passed" if task.number in result.tasks else "not passed",
                "points": shown(self.points.weights[result.lesson][task.number - 1]),
            }
            for task in (lesson.tasks if lesson else ())
        ]

    def _student(self, results: list[Result]) -> dict[str, Any]:
        seen = [self._seen(result) for result in results]
        most = sum(self.points.most(result.lesson) for result in results)
        found = {"results": seen, "most": shown(most), "root": "../"}
        return self._row(results) | found

    def _mistakes(self, every: list[Result]) -> list[dict[str, Any]]:
        """What went wrong in the class, the commonest first."""
        who: dict[tuple[str, str, str], list[dict[str, str]]] = defaultdict(list)
        for result in every:
            if result.status == "failed" and result.verdict:
                student = {"name": result.student, "id": result.id}
                who[self._mistake(result)].append(student)
        ordered = sorted(who.items(), key=lambda it: (-len(it[1]), it[0]))
        return [
            {"lesson": lesson, "name": name, "page": page}
            | {"students": students, "count": str(len(students))}
            for (lesson, name, page), students in ordered
        ]

    def _mistake(self, result: Result) -> tuple[str, str, str]:
        """The lesson, the name of what went wrong, and the page that teaches it."""
        verdict = result.verdict or {}
        cause = verdict.get("cause") or {}
        checks = verdict.get("checks", [])
        failed = (it["title"] for it in checks if it["outcome"] == "failed")
        name, page = next(failed, cause.get("expected", "")), cause.get("page", "")
        if cause.get("mistake") in named():
            name, reference = named()[cause["mistake"]]
            page = page or reference
        return result.lesson, name, f"{self.points.site}{page}" if page else ""

    def _write_csv(self) -> None:
        """Write a table; nothing in it is taken for a formula."""
        head = ["student", "total"]
        for lesson in self.lessons:
            head += [f"{lesson.slug} points", f"{lesson.slug} status"]
        path = self.folder / "grades.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            table = csv.writer(file)
            table.writerow(head)
            for results in self.students.values():
                row = self._row(results)
                cells = [row["name"], row["total"]]
                for cell in row["cells"]:
                    cells += [cell["points"], cell["word"]] if cell else ["", ""]
                table.writerow([harmless(cell) for cell in cells])


def harmless(cell: str) -> str:
    """A cell that no spreadsheet computes."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


@cache
def named() -> dict[str, tuple[str, str]]:
    """The name of each known mistake, and its entry in the reference."""
    return {
        it.id: (it.name, f"reference/mistakes/{it.symptom}/#{it.id}")
        for it in catalogue()
    }


@cache
def _engine() -> Engine:
    return Engine(dirs=[HERE / "templates"], autoescape=True)


def _render(template: str, found: dict[str, Any]) -> str:
    page: str = _engine().get_template(template).render(Context(found))
    return page
