"""What the journal keeps of tasks: opened, put off, closed, and the call steps that are done on the way."""

from datetime import datetime

from receivables.codes.calls import CallResult
from receivables.codes.tasks import TaskKind, TaskOutcome
from store.traces.codec import ActData, act_data, flat


@act_data
class TaskOpened(ActData):
    """A task, and the invoices that it is about."""

    task_id: int
    kind: TaskKind
    step: str | None = None
    invoice_ids: tuple[int, ...] = ()


@act_data
class TaskRecord(ActData):
    """A task that is over, with what reopening it needs: invoices handed over, steps done, tasks lapsed."""

    task_id: int
    kind: TaskKind
    step: str | None = None
    outcome: TaskOutcome | CallResult
    handed_over: tuple[int, ...] = ()
    step_ids: tuple[int, ...] = ()
    lapsed: tuple[int, ...] = ()


@act_data
class FileShown(ActData):
    """The file of a case that was under somebody's eyes: its fingerprint, the line that tells its making."""

    sha256: str
    dossier_entry: int


@act_data
class TaskEnded(ActData):
    """A task that a person closed, and why."""

    record: TaskRecord = flat()
    reason: str | None = None
    file: FileShown | None = flat(default=None)

    @property
    def task_id(self) -> int:
        """The task."""
        return self.record.task_id

    @property
    def sha256(self) -> str | None:
        """The fingerprint of the file that was shown."""
        return self.file.sha256 if self.file else None


@act_data
class TaskPutOff(ActData):
    """A task told again at another instant than before."""

    task_id: int
    kind: TaskKind
    to: datetime
    before: datetime | None = None


@act_data
class TaskOutdated(ActData):
    """A task whose step the scenario no longer has."""

    task_id: int
    kind: TaskKind
    step: str | None = None
    outcome: TaskOutcome | CallResult


@act_data
class CallsDone(ActData):
    """What an act finished of calls to make: tasks, the step due without one, pauses until a call back."""

    tasks: tuple[TaskRecord, ...] = ()
    step: str | None = None
    step_ids: tuple[int, ...] = ()
    pauses: tuple[int, ...] = ()
