"""What is read of a submission, and what is not."""

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from checks.course.lessons import Course
from checks.grade import archive, intake
from checks.grade.archive import Unreadable
from checks.grade.intake import Student

FIRST = Course().lesson("1")


def read(path: Path, *, asked: bool = True) -> intake.Submission:
    """What is read of a submission of lesson 1."""
    student = Student("Ada", path)
    return intake.read_submission(student, Course().lessons, FIRST if asked else None)


def zipped(path: Path, **files: bytes) -> Path:
    """A zip with these files; `__` in a name stands for a slash."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name.replace("__", "/"), content)
    return path


def test_links_pipes_and_paths_that_lead_out_are_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "Ada"
    (folder / "chat").mkdir(parents=True)
    (folder / "chat/consumers.py").write_text("pass")
    (folder / "passwd").symlink_to("/etc/passwd")
    (folder / "all").symlink_to("/")
    os.mkfifo(folder / "pipe")
    found = read(folder)
    assert [*found.lessons[FIRST.slug]] == ["chat/consumers.py"]
    reason = "it is not a regular file"
    names = ("all", "passwd", "pipe")
    assert sorted(found.left_out) == [f"{name}: {reason}" for name in names]
    out = read(zipped(tmp_path / "a.zip", chat__a=b"1", chat__d=b"2", **{"..__b": b""}))
    assert out.left_out == ["../b: its path leads out of the submission"]


def test_a_tar_has_its_links_left_out(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as file:
        link = tarfile.TarInfo("chat/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        file.addfile(link)
        whole = tarfile.TarInfo("chat/consumers.py")
        whole.size = 4
        file.addfile(whole, io.BytesIO(b"pass"))
    found = read(tmp_path / "a.tar.gz")
    assert [*found.lessons[FIRST.slug]] == ["chat/consumers.py"]
    assert found.left_out == ["chat/link: it is not a regular file"]


@pytest.mark.parametrize("suffix", ["zip", "tar.gz"])
def test_what_expands_beyond_the_limit_is_refused(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (archive, intake):
        monkeypatch.setattr(module, "MOST_BYTES", 1_000_000)
    path = tmp_path / f"bomb.{suffix}"
    zeros = bytes(700_000)
    if suffix == "zip":
        zipped(path, chat__a=zeros, chat__b=zeros)
    else:
        with tarfile.open(path, "w:gz") as file:
            for name in "ab":
                info = tarfile.TarInfo(f"chat/{name}")
                info.size = len(zeros)
                file.addfile(info, io.BytesIO(zeros))
    with pytest.raises(Unreadable, match="more than"):
        read(path)


def test_a_fork_in_the_folder_of_github_has_its_lessons_found(tmp_path: Path) -> None:
    first = "course-main__lessons__01_consumer__chat__consumers.py"
    second = "course-main__lessons__02_routing__chat__routing.py"
    other = "course-main__README.md"
    path = zipped(tmp_path / "a.zip", **dict.fromkeys((first, second, other), b"pass"))
    found = read(path, asked=False).lessons
    assert {slug: [*files] for slug, files in found.items()} == {
        "01_consumer": ["chat/consumers.py"],
        "02_routing": ["chat/routing.py"],
    }


def test_changed_files_need_the_number_of_their_lesson(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", chat__consumers=b"pass", mysite__asgi=b"pass")
    assert [*read(path).lessons] == [FIRST.slug]
    with pytest.raises(Unreadable, match="STEP="):
        read(path, asked=False)


def test_checks_in_a_submission_are_those_of_the_course(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", chat__a=b"", **{"test_consumer.py": b"pass"})
    project = intake.assemble(FIRST, read(path).lessons[FIRST.slug])
    shipped = FIRST.starter / "test_consumer.py"
    assert project["test_consumer.py"].content == shipped.read_bytes()


def test_two_entries_of_one_name_are_two_students(tmp_path: Path) -> None:
    (tmp_path / "Ada").mkdir()
    zipped(tmp_path / "Ada.zip", a=b"")
    (tmp_path / "grade.toml").write_text("")
    names = [it.name for it in intake.students(tmp_path, tmp_path / "report")]
    assert names == ["Ada", "Ada.zip"]
