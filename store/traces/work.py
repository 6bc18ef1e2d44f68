"""What the journal keeps of people's work: tasks, calls and letters."""

from datetime import date, datetime
from decimal import Decimal

from receivables.codes.calls import CallResult
from receivables.codes.letters import LetterState, LetterVoid
from receivables.codes.tasks import TaskKind, TaskOutcome
from store.traces.agreements import PromisePut
from store.traces.codec import ActData, act_data, flat, named


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
class PromiseByCall(PromisePut):
    """A promise made in a call."""

    promised: Decimal | None = None


@act_data
class CallFollowed(ActData):
    """What a call had opened and put off: tasks, and the instants that those were put off to before."""

    opened: tuple[int, ...] = ()
    put_off: tuple[tuple[int, datetime | None], ...] = ()


@act_data
class CallLogged(ActData):
    """A call, with the promise, the dispute, the tasks and the steps that came of it."""

    call_id: int
    number: str
    outcome: CallResult
    contact: str | None = None
    currency: str
    promised_on: date | None = named("date", default=None)
    dispute_id: int | None = None
    tasks: tuple[TaskRecord, ...] = ()
    step: str | None = None
    step_ids: tuple[int, ...] = ()
    followed: CallFollowed = CallFollowed()
    promise: PromiseByCall | None = flat(default=None)


@act_data
class LetterTold(ActData):
    """A letter as an act leaves it. `number`: its invoice, when it is about one alone."""

    letter_id: int
    task_id: int | None = None
    template: str
    number: str | None = None
    sha256: str | None = None
    invoice_ids: tuple[int, ...] = ()


@act_data
class LetterVoided(LetterTold):
    """A letter that was overtaken, and by what."""

    reason: LetterVoid


@act_data
class LetterDeposited(LetterTold):
    """A letter that left, with the state it had before and the task that it closed."""

    before: LetterState
    task: TaskRecord | None = None
    on: date
    tracking: str | None = None
