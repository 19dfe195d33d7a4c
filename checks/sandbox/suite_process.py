"""The process of a learner's project in which their tests are run."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

from checks.observe.log import Event
from checks.observe.recorder import Recorder
from checks.sandbox import suites
from checks.sandbox.child import ChildConfig
from checks.sandbox.one_suite import HANG, Version, pace
from checks.sandbox.process import Process
from checks.sandbox.processes import Project

PATIENCE = 5 * HANG
"""Seconds without a sign of life after which no result can be expected any more.

They are more on a busy machine.
"""


class SuiteProcess(Process):
    """Runs the tests of a learner in a copy of the project, on versions of its code.

    `copy` writes that copy into the folder that it is given: no test is run beside the
    files of a person, and so none can delete their database. It returns the learner's
    own version, if there is one. The first of the `versions` is the one on which tests
    have to pass before the others are tried.
    """

    def __init__(
        self,
        project: Project,
        labels: list[str],
        versions: list[Version],
        copy: Callable[[Path], list[Version]],
    ) -> None:
        self.path, own = project.folder / "tested", list[Version]()

        def wait() -> None:
            suites.import_libraries()
            project.begin_signal.wait()
            own.extend(copy(self.path))

        def work(record: Recorder) -> None:
            record("own", files=[file for it in own for file in it.files])
            every = [*versions, *own]
            suites.run_suites(record, labels, every, self.start_signal.wait)

        self.wait = wait
        super().__init__(project, work, "your tests")

    def _config(self, events: int, stack: int) -> ChildConfig:
        config = super()._config(events, stack)
        return dataclasses.replace(config, project=self.path.resolve())

    def result(self, variant: str) -> Event:
        """What became of the tests on one version, which is waited for.

        Raises Failure where the project does not start.
        """
        self.start_signal.send()

        def happened() -> Event | None:
            tested = (event for event in self.events if event["kind"] == "tested")
            found = next((e for e in tested if e["variant"] == variant), None)
            if found is None:
                self.check_running()
            return found

        result = self.monitor.wait(happened, PATIENCE * pace())
        if result is None:
            raise RuntimeError(f"no test has ended on {variant} in {PATIENCE:g} s")
        if result["broke"]:
            raise RuntimeError(
                f"the tests were not run:\n{result['broke']['traceback']}"
            )
        return result
