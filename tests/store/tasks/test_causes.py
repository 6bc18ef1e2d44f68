"""What the clock opens a task for is kept as facts; a sentence of an earlier version stays a note."""

import pytest

from receivables.codes.tasks import TaskKind
from store.tasks.causes import kept, read_causes

REFUSED = (("compta@client.example", "5.1.1 « inconnue »"), ("b@client.example", ""))


@pytest.mark.parametrize("kind", [TaskKind.MISSING_PDF, TaskKind.NO_ADDRESS])
def test_what_is_kept_is_read_back(kind: TaskKind) -> None:
    assert read_causes(kind, kept(REFUSED)) == REFUSED


@pytest.mark.parametrize("note", [None, "", "La facture FAC-2 n’a pas de PDF : son fichier est introuvable."])
def test_a_note_of_an_earlier_version_is_no_cause(note: str | None) -> None:
    assert read_causes(TaskKind.MISSING_PDF, note) == ()


def test_what_a_person_wrote_is_never_read_as_causes() -> None:
    assert read_causes(TaskKind.CALL, kept(REFUSED)) == ()
