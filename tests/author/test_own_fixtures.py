"""Fixtures that a lesson brings along: its checks need no change in the checker."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checker.toys import SHIPPED, Toy, outcomes
from tests.conftest import Checked, CheckerProcess, environment

CONFTEST = '''\
import os

import pytest

from checks import Failure, Where


def words():
    from talk import WORDS

    return [os.getpid(), WORDS]


@pytest.fixture
def spoken(project):
    """What the project has in `talk.WORDS`."""
    pid, there = project.ask(words)
    assert pid != os.getpid()
    return there


@pytest.fixture
def speaks(spoken):
    def speaks(word):
        if word not in spoken:
            expected = f"WORDS in talk.py to have {word!r}"
            at = Where("talk.py", 2)
            raise Failure("unspoken", expected, f"it has {spoken}", at)

    return speaks
'''
CHECKS = '''
@task(1)
def test_speaks(speaks):
    """It knows the word."""
    speaks("hello")
'''
TALK = "from channels.generic.websocket import WebsocketConsumer\nWORDS = {}\n\n\n"
TALK += "class Talk(WebsocketConsumer):\n    # Task 1: Say hello.\n    pass\n"
TALK += "    # End of task 1\n"


@pytest.fixture
def toy(tmp_path: Path, checker: CheckerProcess) -> Toy:
    """A toy lesson whose checks ask something through a fixture of its own."""
    toy = Toy(tmp_path, checker).checks(CHECKS)
    for folder in (toy.starter, toy.project):
        (folder / "conftest.py").write_text(CONFTEST)
    return toy


def says(toy: Toy, words: str) -> Checked:
    """What comes of the check when the project has these words."""
    return toy.write("talk.py", TALK.format(words)).check()


def test_a_fixture_asks_the_project_in_a_process_of_its_own(toy: Toy) -> None:
    result = says(toy, "['hello']")
    assert (result.status, outcomes(result)) == (0, {"test_speaks": "passed"})
    assert result.verdict["checks_changed"] is False


def test_a_finding_of_a_lesson_is_reported_in_its_words(toy: Toy) -> None:
    cause = says(toy, "['bye']").verdict["cause"]
    assert cause["voice"] == "project"
    assert cause["expected"] == "WORDS in talk.py to have 'hello'"
    assert cause["got"] == "it has ['bye']"
    assert cause["where"] == {"file": "talk.py", "line": 2}
    assert cause["cure"] == (
        "The course does not recognise this mistake; compare what happened with what "
        "was expected."
    )


def test_what_the_project_raises_is_the_projects(toy: Toy) -> None:
    result = toy.write("talk.py", TALK.format("1 / 0")).check()
    assert (result.status, result.verdict["cause"]["voice"]) == (1, "project")
    assert "ZeroDivisionError" in result.verdict["cause"]["got"]


def test_what_a_module_raises_that_only_the_check_imports_is_the_projects(
    toy: Toy,
) -> None:
    toy.write("other.py", "1 / 0\n")
    for folder in (toy.starter, toy.project):
        text = CONFTEST.replace(
            "    from talk import WORDS", "    from other import WORDS"
        )
        (folder / "conftest.py").write_text(text)
    cause = says(toy, "['hello']").verdict["cause"]
    assert (cause["voice"], cause["where"]["file"]) == ("project", "other.py")


@pytest.mark.parametrize("body", ["1 / 0", "return {object()}"])
def test_what_the_fixture_itself_raises_is_the_checkers(toy: Toy, body: str) -> None:
    for folder in (toy.starter, toy.project):
        text = CONFTEST.replace("return [os.getpid(), WORDS]", body)
        (folder / "conftest.py").write_text(text)
    result = says(toy, "['hello']")
    assert (result.status, result.verdict["cause"]["voice"]) == (4, "checker")
    assert "in words\n" in result.verdict["traceback"] or "JSON" in str(result.verdict)


def test_a_folder_that_lacks_the_fixtures_is_judged_by_the_courses(toy: Toy) -> None:
    (toy.project / "conftest.py").unlink()
    result = says(toy, "['hello']")
    assert (result.status, result.verdict["checks_changed"]) == (0, True)


def test_the_learners_fixtures_do_not_judge(toy: Toy) -> None:
    (toy.project / "conftest.py").write_text(CONFTEST.replace("not in", "in"))
    result = says(toy, "['bye']")
    assert (result.status, result.verdict["checks_changed"]) == (1, True)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_plain_pytest_has_them_too(toy: Toy, elsewhere: bool, tmp_path: Path) -> None:
    toy.write("talk.py", TALK.format("['bye']"))
    folder = toy.project.rename(tmp_path / "copy") if elsewhere else toy.project
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Expected WORDS in talk.py to have 'hello', but it has ['bye']." in (
        done.stdout
    )


def test_a_check_can_have_a_server_more_and_another_application(toy: Toy) -> None:
    toy.checks(
        """
def other():
    import talk

    class Other(talk.Talk):
        def connect(self):
            self.accept()
            self.send("from the other")

    return Other.as_asgi()


@task(1)
def test_two(serve, open_tab, server):
    '''Two servers.'''
    one, two = serve(), serve(other, "another")
    assert len({server.port, one.port, two.port}) == 3
    open_tab("/", on=one)
    tab = open_tab("/", on=two)
    assert tab.monitor.wait(lambda: tab.received or None) == ["from the other"]
"""
    )
    result = says(toy, "['hello']")
    assert (result.status, result.verdict["cause"]) == (0, None), result.verdict


@pytest.mark.parametrize(("settings", "status"), [("500", 0), ("None", 1)])
def test_the_example_for_contributors_works(
    toy: Toy, settings: str, status: int
) -> None:
    example = SHIPPED / "02_limits"
    for folder in (toy.starter, toy.project):
        shutil.copy(example / "conftest.py", folder)
        shutil.copy(example / "test_limits.py", folder / "test_talk.py")
    there = (toy.project / "mysite/settings.py").read_text()
    toy.write("mysite/settings.py", f"{there}MESSAGE_LIMIT = {settings}\n")
    result = says(toy, "['hello']")
    assert (result.status, list(outcomes(result))) == (status, ["test_limits"])
    if status:
        assert result.verdict["cause"]["got"] == "it is None"
        assert result.verdict["cause"]["where"]["file"] == "mysite/settings.py"


def test_a_check_says_why_a_tab_has_to_be_rejected(toy: Toy) -> None:
    toy.checks(
        """
@task(1)
def test_rejects(handshake):
    '''It rejects whoever is late.'''
    handshake("/").is_rejected("because it is late")
"""
    )
    cause = says(toy, "['hello']").verdict["cause"]
    assert cause["expected"] == "a tab to be rejected because it is late"
    assert cause["got"] == "the server accepted it"
    assert cause["cure"].startswith("The course does not recognise this mistake")


def test_a_check_can_look_at_the_rest_of_a_message(toy: Toy) -> None:
    toy.checks(
        """
@task(1)
def test_carries(open_tab):
    '''It carries more than words.'''
    tab = open_tab("/")
    tab.send({"message": "hello", "name": "Ada"})
    assert tab.receives("hello") == {"message": "hello", "name": "Ada"}
"""
    )
    assert toy.check().status == 0
