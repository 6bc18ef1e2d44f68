"""Each code that people read has its words: a member added without them is found here."""

from collections.abc import Iterable

import pytest

from message_templates.catalogue import keys
from receivables.codes.calls import CallResult
from receivables.codes.channels import CHANNELS
from receivables.codes.disputes import DisputeEnd, DisputeKind
from receivables.codes.letters import LetterVoid
from receivables.codes.payments import Means
from receivables.codes.reasons import REASONS, Against, Reason
from receivables.codes.statuses import LateState, Status
from receivables.codes.tasks import TaskKind
from receivables.language import Language

ASKED = [reason for reason, row in REASONS.items() if row.escalating is Against.CONFIRM]
"""Reasons that a person is told before a message leaves all the same."""
SENT = [reason for reason, row in REASONS.items() if row.sending is Against.CONFIRM]
WORDS: list[tuple[str, str, str, Iterable[str]]] = [
    ("labels", "texts", "labels.reason", Reason),
    ("labels", "texts", "labels.status", Status),
    ("labels", "texts", "labels.means", Means),
    ("labels", "texts", "labels.outcome", CallResult),
    ("labels", "texts", "labels.channel", CHANNELS),
    ("labels", "texts", "labels.dispute", DisputeKind),
    ("labels", "texts", "labels.dispute_end", DisputeEnd),
    ("why", "texts", "why", Reason),
    ("cli", "slack", "cli.reason", Reason),
    ("escalade", "slack", "escalade.warning", ASKED),
    ("cartes", "slack", "cartes.reason", SENT),
    ("taches", "slack", "taches.kind", TaskKind),
    ("appel", "slack", "appel.form.outcome_option", CallResult),
    ("paye", "slack", "paye.form.means_option", Means),
    ("litiges", "slack", "litiges.kind", DisputeKind),
    ("lettres", "slack", "lettres.reason", LetterVoid),
    ("digest", "slack", "digest.state", [state for state in LateState if state is not LateState.LATE]),
]


@pytest.mark.parametrize(("file", "kind", "table", "codes"), WORDS, ids=[table for _, _, table, _ in WORDS])
def test_each_code_has_its_words(file: str, kind: str, table: str, codes: Iterable[str]) -> None:
    known = set(keys(file, Language.FR, kind))
    assert [code for code in codes if f"{table}.{code}" not in known] == []
