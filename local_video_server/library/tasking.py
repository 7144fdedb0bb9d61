"""What the admin may start, pause and cancel: looking for videos, making pictures, making backups.

Each deed ends in what does the work; here is what the three have in common, and how it stands with them in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from . import backing_up, postering, probing
from .backing_up import Backing
from .errors import NotFound
from .index import Index
from .postering import Postering
from .probing import Probing
from .readings import JobReading, TaskReading


class Jobs(Protocol):
    """The queue of background work, by kind."""

    def pause(self, name: str) -> None: ...
    def go_on(self, name: str) -> None: ...
    def is_paused(self, name: str) -> bool: ...
    def drop(self, name: str) -> None: ...
    def urge(self, name: str, subjects: Iterable[int]) -> None: ...
    def reading(self, name: str) -> JobReading: ...


class Task(Protocol):
    def reading(self) -> TaskReading: ...
    def start(self) -> None: ...
    def pause(self) -> None: ...
    def go_on(self) -> None: ...
    def cancel(self) -> None: ...


class Tasking:
    """readings.Tasks. What is paused stays so until it goes on or the server starts again."""

    def __init__(self, tasks: Sequence[tuple[str, Task]]) -> None:
        self._tasks = dict(tasks)

    def readings(self) -> Sequence[TaskReading]:
        return [task.reading() for task in self._tasks.values()]

    def start(self, name: str) -> None:
        self._task(name).start()

    def pause(self, name: str) -> None:
        self._task(name).pause()

    def go_on(self, name: str) -> None:
        self._task(name).go_on()

    def cancel(self, name: str) -> None:
        self._task(name).cancel()

    def _task(self, name: str) -> Task:
        found = self._tasks.get(name)
        if found is None:
            raise NotFound(f"There is no task {name[:40]!r}. There are: {', '.join(self._tasks)}.")
        return found


class Scan:
    """Looking at the folders, and into the files found there."""

    def __init__(self, index: Callable[[], Index], probes: Probing, jobs: Jobs) -> None:
        self._index = index
        self._probes = probes
        self._jobs = jobs

    def reading(self) -> TaskReading:
        roots, report = self._index().reports(counts_watches=False), self._probes.report()
        files = sum(root.files for root in roots)
        is_looking = any(root.activity == "scanning" for root in roots)
        state = "running" if is_looking or report.waiting else "idle"
        if self._jobs.is_paused(probing.KIND):
            state, sentence = "paused", "No folder is looked at and no file is read until it goes on."
        elif is_looking:
            sentence = f"The folders are looked at; files found so far: {files:,}."
        elif report.waiting:
            sentence = f"Files are read; still waiting: {report.waiting:,}."
        else:
            sentence = f"All that was found is read; files: {files:,}."
        left_s = None if state == "paused" else report.left_s
        return TaskReading("scan", state, sentence, report.done + report.broken, report.waiting, left_s)

    def start(self) -> None:
        """Looks again, also into files that were broken."""
        self.go_on()
        self._index().refresh()
        self._probes.look_again()

    def pause(self) -> None:
        self._jobs.pause(probing.KIND)
        self._index().pause()

    def go_on(self) -> None:
        self._jobs.go_on(probing.KIND)
        self._index().go_on()

    def cancel(self) -> None:
        """The look under way ends, and so does a second look into what was broken. What is new is read all the same:
        without that it could not be shown."""
        self._index().cancel()
        self._probes.leave_broken()
        self._jobs.drop(probing.KIND)


class Posters:
    """The pictures of the videos."""

    def __init__(self, posters: Postering, jobs: Jobs) -> None:
        self._posters = posters
        self._jobs = jobs

    def reading(self) -> TaskReading:
        report, job = self._posters.report(), self._jobs.reading(postering.KIND)
        state = "running" if report.waiting or job.running else "idle"
        if job.is_paused:
            state, sentence = "paused", "No picture is made until it goes on, not even for what somebody looks at."
        elif job.is_resting and report.waiting:
            sentence = f"It rests, because somebody watches; videos that wait for a picture: {report.waiting:,}."
        elif state == "running":
            sentence = f"Pictures are made; videos that wait for theirs: {report.waiting:,}."
        elif report.pauses:
            sentence = f"Pictures wait. {report.pauses[0].reason}"
        elif report.left_alone:
            sentence = f"Left without a picture until somebody looks at them: {report.left_alone:,}."
        elif report.failed:
            sentence = f"Nothing waits; pictures that could not be made as they should be: {len(report.failed):,}."
        else:
            sentence = "Every video that can have a picture has one."
        left_s = None if state == "paused" else report.left_s
        return TaskReading("posters", state, sentence, report.made, report.waiting, left_s)

    def start(self) -> None:
        """Makes all that are missing, also those that failed or were left alone."""
        self.go_on()
        self._posters.retry()

    def pause(self) -> None:
        self._jobs.pause(postering.KIND)

    def go_on(self) -> None:
        self._jobs.go_on(postering.KIND)

    def cancel(self) -> None:
        """What waits now is left alone; the one under way is finished."""
        self._posters.leave_alone()
        self._jobs.drop(postering.KIND)


class Backups:
    """Copies of the database. While it is paused none is made by itself; one that is asked for is."""

    def __init__(self, backing: Backing, jobs: Jobs) -> None:
        self._backing = backing
        self._jobs = jobs

    def reading(self) -> TaskReading:
        job, backing = self._jobs.reading(backing_up.KIND), self._backing
        state = "paused" if job.is_paused else "running" if backing.is_under_way or job.queued else "idle"
        if backing.is_under_way:
            sentence = "A backup is being made."
        elif job.is_paused:
            sentence = "No backup is made by itself until it goes on."
        elif job.queued:
            sentence = "A backup waits for its turn."
        elif backing.was_cancelled:
            sentence = "The last one was cancelled. The next daily one comes by itself."
        elif backing.failure:
            sentence = backing.failure
        elif backing.last:
            sentence = f"The last one is {backing.last.name}."
        else:
            sentence = "One is made every day; none was needed since the server started."
        return TaskReading("backup", state, sentence, backing.done, job.queued)

    def start(self) -> None:
        """One more now, in the background."""
        self._jobs.urge(backing_up.KIND, [backing_up.ASKED_FOR])

    def pause(self) -> None:
        self._jobs.pause(backing_up.KIND)

    def go_on(self) -> None:
        self._jobs.go_on(backing_up.KIND)

    def cancel(self) -> None:
        """Also one that waits for its turn."""
        self._jobs.drop(backing_up.KIND)
        self._backing.cancel()
