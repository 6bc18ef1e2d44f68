"""A morning with people in it: cards, vetoes, own words, approvals, old books, over real SMTP and Slack."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.app import build_app
from bot.slack.crew import Crew
from receivables.company import Company, Mode
from receivables.errors import RelanceError
from relance.demo.slack_person import SlackPerson, to_app
from store import undo
from store.books import open_books, read_books
from store.db.engine import Database
from store.db.tables import Announcement, Customer, ImportRun, JournalLine, Reminder, ReminderItem, Veto
from store.disputes import acts as disputes
from store.morning import edits, forcings, modes, send_now, vetoes
from store.payments import acts as payments
from tests import builders
from tests.bot import limits
from tests.bot.conftest import plain
from tests.builders import MARIE, PAUL
from tests.flows.office import Office, open_office, text_of

DAY = date(2026, 11, 24)
"""A Tuesday, seven days and a week-end after the due date."""
DUE = date(2026, 11, 16)


@dataclass
class Team:
    """The company's people in front of Slack, with the bot at work."""

    office: Office
    crew: Crew
    app: Any

    def cards(self, kind: str = "Relances du jour") -> list[dict[str, Any]]:
        return [m for m in self.office.slack.messages() if m["text"].startswith(kind)]

    def shown(self, kind: str = "Relances du jour") -> str:
        return plain("\n".join("\n".join(limits.texts(m["blocks"])) for m in self.cards(kind)))

    def digest(self) -> dict[str, Any]:
        return [m for m in self.office.slack.messages() if "Encaissements du" in m["text"]][-1]

    def clicks(self, user: str, holder: dict[str, Any], action: str, name: str = "") -> str:
        """Have somebody press a button, or choose in the menu of the customer `name`'s line.

        Returns what was whispered.
        """
        before = len(self.office.slack.ephemerals)
        value = None
        if action.startswith("card_"):
            action, value = self._value(holder, action, name)
        self.person(user).press(holder, action, value=value)
        assert self.crew.wait_idle(20)
        return plain("\n".join(one["text"] for one in self.office.slack.ephemerals[before:]))

    @staticmethod
    def _value(holder: dict[str, Any], action: str, name: str) -> tuple[str, str]:
        for block in holder["blocks"]:
            element = block.get("accessory") or {}
            if f"*{name}" not in str(block.get("text")):
                continue
            for option in element.get("options", ()):
                if option["value"].startswith(f"{action.removeprefix('card_')}|"):
                    return str(element["action_id"]), str(option["value"])
            if element.get("action_id") == action:
                return action, str(element["value"])
        raise AssertionError(f"{action} is not offered")

    def sends_now(self, user: str, name: str = "") -> None:
        """Have somebody choose *Envoyer maintenant* and confirm it."""
        self.clicks(user, self.cards()[0], "card_send", name)
        asked = self.person(user).view
        assert asked is not None
        self.person(user).press(asked, "card_send")
        assert self.crew.wait_idle(20)

    def sends(self, user: str, fields: dict[str, str | None]) -> None:
        self.person(user).submit(fields)
        assert self.crew.wait_idle(20)

    def person(self, user: str) -> SlackPerson:
        self.people = getattr(self, "people", {})
        made = SlackPerson(self.office.slack, user, to_app(self.app), "C0RELANCES")
        return self.people.setdefault(user, made)

    def read(self, user: str, name: str) -> str:
        """Return the text that somebody reads behind *Voir le texte*, as one line."""
        known = {view["id"] for view in self.office.slack.views}
        self.clicks(user, self.cards()[0], "card_text", name)
        (view,) = [view for view in self.office.slack.views if view["id"] not in known]
        texts = [block["text"] for block in view["blocks"] if block["type"] == "section"]
        said = [text["text"] for text in texts if text["type"] == "plain_text"]
        return re.sub(r"\s+", " ", " ".join(said)).strip()


def at_work(database: Database, company: Company) -> Iterator[Team]:
    with open_office(database, company) as office:
        crew = Crew(4)
        client = WebClient(token=office.slack.token, base_url=office.slack.url)
        app = build_app(
            database, {company.key: company}, client=client,
            signing_secret=office.slack.signing_secret, now=lambda: office.now, crew=crew,
        )  # fmt: skip
        yield Team(office, crew, app)
        crew.shutdown()


@pytest.fixture
def settings(company: Company) -> Company:
    roles = {"commercial": ("U0SOPHIE",), "finance": (MARIE,), "responsable": (PAUL, "U0KARIM")}
    return replace(company, roles=roles)


@pytest.fixture
def team(database: Database, settings: Company) -> Iterator[Team]:
    yield from at_work(database, settings)


def owes(team: Team, name: str, number: str, amount: str = "1200.00") -> int:
    with open_books(team.office.database, team.office.company) as b:
        known = b.session.query(Customer).filter_by(name=name).one_or_none()
        client = known or builders.customer(b, name, email=f"{name.lower()}@client.example")
        return builders.invoice(b, client, number, amount=amount, due=DUE).id


def subjects(team: Team) -> list[str]:
    return sorted(envelope.rcpt_tos[0].partition("@")[0] for envelope in team.office.mailbox.taken)


def test_a_morning_in_which_people_take_part(team: Team) -> None:
    for name, number in (("Alpha", "FAC-1"), ("Bravo", "FAC-2"), ("Charlie", "FAC-3"), ("Delta", "FAC-4")):
        owes(team, name, number)
    team.office.tick(DAY, "08:30")
    (cards,) = team.cards()
    team.clicks(MARIE, cards, "card_remove", "Alpha")
    team.clicks(MARIE, cards, "card_edit", "Bravo")
    team.sends(MARIE, {"subject": "Votre facture", "text": "Suite à notre échange <b>de lundi</b> & merci."})
    with open_books(team.office.database, team.office.company) as b:
        payments.record(b, 4, amount=None, received_on=DAY, by=PAUL, at=team.office.now)
    bravo, charlie = team.read(MARIE, "Bravo"), team.read(MARIE, "Charlie")

    team.office.tick(DAY, "09:50")
    assert subjects(team) == []
    assert "*Annulé*, rien ne part : FAC-4, réglée." in team.shown()
    team.office.tick(DAY, "10:05")
    assert subjects(team) == ["bravo", "charlie"]
    told = {mail["To"]: mail for mail in team.office.mailbox.mails}
    assert text_of(told["bravo@client.example"]).strip() == bravo
    assert text_of(told["charlie@client.example"]).strip() == charlie
    html = told["bravo@client.example"].get_body(("html",)).get_content()
    assert "de lundi&lt;/b&gt; &amp; merci." in html
    assert "1 200,00" in plain(html)
    assert "FR76" in plain(html)

    team.office.tick(DAY, "10:06")
    assert team.shown().count("Parti à 10:05.") == 2
    team.office.tick(DAY + timedelta(days=1), "08:30")
    team.office.tick(DAY + timedelta(days=1), "10:05")
    assert subjects(team) == ["alpha", "bravo", "charlie"]


def test_what_is_sent_now_leaves_outside_the_window_and_once(team: Team) -> None:
    owes(team, "Alpha", "FAC-1")
    team.office.tick(DAY, "08:30")
    team.sends_now(MARIE)
    team.office.tick(DAY, "08:40")
    assert subjects(team) == ["alpha"]
    team.office.tick(DAY, "10:05")
    assert subjects(team) == ["alpha"]
    team.office.tick(DAY, "10:06")
    assert "Parti à 08:40, envoyé par Marie Le Goff." in team.shown()


def test_a_veto_taken_back_in_time_puts_the_mail_back(team: Team) -> None:
    owes(team, "Alpha", "FAC-1")
    team.office.tick(DAY, "08:30")
    team.clicks(MARIE, team.cards()[0], "card_remove")
    team.office.tick(DAY, "10:05")
    assert subjects(team) == []
    team.clicks(PAUL, team.cards()[0], "card_undo")
    team.office.tick(DAY, "11:00")
    assert subjects(team) == ["alpha"]


def test_in_manual_mode_only_what_a_person_sends_leaves(database: Database, settings: Company) -> None:
    for team in at_work(database, replace(settings, mode=Mode.MANUAL)):
        owes(team, "Alpha", "FAC-1")
        owes(team, "Bravo", "FAC-2")
        team.office.tick(DAY, "08:30")
        said = plain("\n".join(limits.texts(team.digest()["blocks"])))
        assert "Mode manuel : rien ne part sans vous. 2 relances sont prêtes" in said
        team.office.tick(DAY, "10:05")
        assert subjects(team) == []
        team.sends_now(MARIE, "Bravo")
        team.office.tick(DAY, "10:10")
        assert subjects(team) == ["bravo"]


def imported(team: Team, at: datetime) -> None:
    with open_books(team.office.database, team.office.company) as b:
        run = ImportRun(company_id=b.company_id, at=at, file="f", sha256="0", complete=True, counts={})
        b.session.add(run)


def test_old_books_send_nothing_until_two_people_force_the_day(database: Database, settings: Company) -> None:
    for team in at_work(database, replace(settings, max_age=timedelta(hours=36))):
        owes(team, "Alpha", "FAC-1")
        imported(team, team.office.instant(DAY - timedelta(days=4), "18:00"))
        assert team.office.tick(DAY, "08:30").planned == 0
        said = plain("\n".join(limits.texts(team.digest()["blocks"])))
        assert (
            "🔴 *Rien ne part automatiquement aujourd’hui.* Dernière importation complète le vendredi" in said
        )
        assert "plus de 36 heures" in said
        assert team.cards() == []
        team.clicks(PAUL, team.digest(), "force_ask")
        assert "Vous l’avez demandé vous-même" in team.clicks(PAUL, team.digest(), "force_confirm")
        assert "Il faut le rôle « responsable »" in team.clicks(MARIE, team.digest(), "force_confirm")
        assert team.office.tick(DAY, "09:00").planned == 0
        team.clicks("U0KARIM", team.digest(), "force_confirm")
        assert team.office.tick(DAY, "09:10").planned == 1
        assert "demandé par Paul Durand, confirmé par Karim Benali" in str(team.digest()["blocks"])
        assert "Ajouté à la liste du jour" in team.shown()
        team.office.tick(DAY, "10:05")
        assert subjects(team) == ["alpha"]
        assert team.office.tick(DAY + timedelta(days=7), "08:30").planned == 0


def test_what_grew_old_before_it_left_stays_and_leaves_once_forced(
    database: Database, settings: Company
) -> None:
    for team in at_work(database, replace(settings, max_age=timedelta(hours=24))):
        owes(team, "Alpha", "FAC-1")
        imported(team, team.office.instant(DAY - timedelta(days=1), "09:30"))
        assert team.office.tick(DAY, "08:30").planned == 1
        assert team.office.tick(DAY, "10:05").cancelled == 1
        team.office.tick(DAY, "10:06")
        assert "*Annulé*, rien ne part : FAC-1, comptes trop anciens." in team.shown()
        for user, act in ((MARIE, "force_ask"), (PAUL, "force_confirm")):
            with open_books(team.office.database, team.office.company) as b:
                if act == "force_ask":
                    forcings.ask(b, reason=None, by=user, at=team.office.now)
                else:
                    forcings.confirm(b, DAY, by=user, at=team.office.now)
        team.office.tick(DAY, "10:10")
        assert subjects(team) == ["alpha"]


def test_a_large_amount_leaves_once_a_second_person_approves(database: Database, settings: Company) -> None:
    for team in at_work(database, replace(settings, approval_above=Decimal(1000))):
        owes(team, "Alpha", "FAC-1")
        owes(team, "Bravo", "FAC-2", "50.00")
        team.office.tick(DAY, "08:30")
        team.office.tick(DAY, "10:05")
        assert subjects(team) == ["bravo"]
        (message,) = [m for m in team.office.slack.messages() if "*Accords du" in str(m.get("blocks"))]
        menu = next(block["accessory"] for block in message["blocks"] if "accessory" in block)
        team.person(PAUL).press(message, "approval_menu", value=menu["options"][1]["value"])
        assert team.crew.wait_idle(20)
        team.sends(PAUL, {})
        team.office.tick(DAY, "10:10")
        assert subjects(team) == ["alpha", "bravo"]
        with read_books(database, settings) as b:
            approved = [row.approved_by for row in b.session.query(Reminder).order_by(Reminder.id)]
        assert approved == [None, PAUL]


def test_the_cap_on_automatic_messages_lets_a_person_send(database: Database, settings: Company) -> None:
    for team in at_work(database, replace(settings, max_per_customer=1)):
        owes(team, "Alpha", "FAC-1")
        for day in (0, 8, 17, 28, 29):
            team.office.tick(DAY + timedelta(days=day), "08:30")
            team.office.tick(DAY + timedelta(days=day), "10:05")
        assert subjects(team) == ["alpha"]
        team.office.tick(DAY + timedelta(days=30), "08:30")
        team.office.tick(DAY + timedelta(days=30), "10:05")
        assert subjects(team) == ["alpha", "alpha"]


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_leaves_that_was_not_announced_except_what_a_person_sends(team: Team, seed: int) -> None:
    draw = random.Random(seed)
    for number in range(6):
        owes(team, f"Client{number}", f"FAC-{number}")
        owes(team, f"Client{number}", f"FAC-{number + 100}", "300.00")
    told: list[str] = []
    day = DAY
    for _ in range(6):
        for clock in ("08:30", "09:10", "10:05", "15:00"):
            team.office.tick(day, clock)
            _meddle(team, draw, told)
        day += timedelta(days=1)
    team.office.tick(day, "08:30")
    _check(team, told)


def _meddle(team: Team, draw: random.Random, told: list[str]) -> None:
    """Have people do this and that to what is planned, and to what is owed."""
    office = team.office
    for _ in range(draw.randint(0, 3)):
        act = draw.choice(["remove", "put_off", "edit", "send", "undo", "pay", "dispute"])
        try:
            with open_books(office.database, office.company) as b:
                told.append(f"{office.now} {act}: {_act(b, draw, act, office.now)}")
        except RelanceError as error:
            told.append(f"{office.now} {act}: {error.code}")


def _act(b: Any, draw: random.Random, act: str, at: datetime) -> object:
    rows = b.session.query(Reminder.id).filter_by(state="planned").order_by(Reminder.id).all()
    if act == "undo":
        lines = b.session.query(JournalLine).filter(JournalLine.act.like("message.%")).all()
        return undo.undo(b, draw.choice(lines).id, by=PAUL, at=at) if lines else None
    if act == "pay":
        return payments.record(
            b, draw.randint(1, 12), amount=Decimal(draw.choice([50, 300])), received_on=b.today(at), by=MARIE,
            at=at,
        )  # fmt: skip
    if act == "dispute":
        return disputes.open_dispute(
            b, draw.randint(1, 12), kind="quality", disputed=None, released=False, by=MARIE, at=at
        )
    if not rows:
        return None
    chosen = draw.choice(rows).id
    if act == "remove":
        return vetoes.remove(b, chosen, by=MARIE, at=at)
    if act == "put_off":
        return vetoes.put_off(b, chosen, until=b.today(at) + timedelta(days=3), by=MARIE, at=at)
    if act == "edit":
        return edits.edit(b, chosen, subject=None, text="Bonjour.", about="x", by=MARIE, at=at)
    return send_now.send(b, chosen, by=MARIE, at=at, confirmed=True)


def _check(team: Team, told: list[str]) -> None:
    office = team.office
    with read_books(office.database, office.company) as b:
        rows = b.session.query(Reminder).order_by(Reminder.id).all()
        announced: dict[int, datetime] = {}
        for one in b.session.query(Announcement).filter_by(kind="cards"):
            announced |= dict.fromkeys(one.data["reminders"], one.created_at)
        sent = [row for row in rows if row.state == "sent"]
        assert sent, told
        for row in sent:
            if row.origin == "clock":
                assert announced[row.id] < row.sent_at, (row.id, told)
                assert office.company.day_of(announced[row.id]) == row.day, told
        days = [(row.customer_id, row.day) for row in sent if row.origin == "clock"]
        assert len(days) == len(set(days)), told
        assert len(sent) == len(office.mailbox.taken)
        _no_veto_broken(b, office, sent, told)


def _no_veto_broken(b: Any, office: Office, sent: list[Reminder], told: list[str]) -> None:
    """While a veto stood, none of its invoices left by the clock."""
    for veto in b.session.query(Veto):
        for row in sent:
            carried = b.session.query(ReminderItem).filter_by(
                reminder_id=row.id, invoice_id=veto.invoice_id, dropped=None
            )
            if row.origin != "clock" or not carried.count():
                continue
            before = row.sent_at < veto.at
            lifted = veto.ended_at is not None and row.sent_at >= veto.ended_at
            after = office.company.day_of(row.sent_at) >= veto.until
            assert before or lifted or after, (veto.id, row.id, told)


def test_from_draft_to_sandbox_to_live_the_team_is_told_and_the_trial_leaves_no_mark(
    database: Database, settings: Company
) -> None:
    told = []
    for rank, mode in enumerate((Mode.DRAFT, Mode.SANDBOX, Mode.LIVE)):
        for team in at_work(database, replace(settings, mode=mode)):
            if mode is Mode.DRAFT:
                for number in range(21):
                    owes(team, f"Client{number:02}", f"FAC-{number}")
            day = DAY + timedelta(days=rank)
            with open_books(database, team.office.company) as b:
                modes.notice(b, at=team.office.instant(day, "08:00"))
            team.office.tick(day, "08:30")
            team.office.tick(day, "10:05")
            changed = [m["text"] for m in team.office.slack.messages() if "passe en mode" in m["text"]]
            told.append((len(team.cards()), subjects(team)[:1], [plain(text) for text in changed]))
            if mode is Mode.SANDBOX:
                assert len(team.office.mailbox.mails) == 21
                banner = text_of(team.office.mailbox.mails[0])
                assert re.search("AURAIT ÉTÉ|aurait été", banner)
                assert "client00@client.example" in banner
            if mode is Mode.LIVE:
                assert "Rien ne part tant que le feu vert n’est pas donné." in team.shown()
                team.clicks(MARIE, team.digest(), "go")
                assert "Feu vert donné par Marie Le Goff" in str(team.digest()["blocks"])
                assert "Rien ne part tant que" not in team.shown()
                team.office.tick(day, "10:10")
                assert len(team.office.mailbox.mails) == 21
                assert team.read(MARIE, "Client07") == text_of(team.office.mailbox.mails[7]).strip()
    assert told == [
        (1, [], []),
        (1, ["essai"], ["Relance passe en mode *bac à sable* (avant : brouillon)."]),
        (1, [], ["Relance passe en mode *réel* (avant : bac à sable)."]),
    ]
    with read_books(database, settings) as b:
        changes = b.session.query(JournalLine).filter_by(act="mode.changed").count()
    assert changes == 2
