"""What is said of mails that a server refuses: one message, whatever their number."""

import json
from datetime import date

from slack_sdk import WebClient

from bot.announcements.announcer import post_waiting
from receivables.codes.announcements import AnnouncementKind
from store.books import open_books
from store.post_room import send_failures, telling, uncertain
from store.reminders.rows import load
from tests import builders
from tests.bot.conftest import NOW, Office, plain
from tests.bot.limits import check
from tests.bot.tasks.test_taches import digest, opened_page
from tests.scheduler.posting import delivered, planned

WORDS = "550 5.7.1 <!channel> blocked " + "&" * 300


def post(office: Office) -> None:
    """Have the announcer say what waits."""
    client = WebClient(token=office.slack.token, base_url=office.slack.url)
    post_waiting(office.database, {office.company.key: office.company}, client, now=office.clock)


def refuse(office: Office, *, failed: int = 0, waiting: int = 0, stopped: bool = False) -> str:
    """Have so many mails fail and so many wait in one run; return all that is said, checked."""
    with open_books(office.database, office.company) as b:
        for one in range(failed + waiting):
            customer = builders.customer(b, f"Client & fils {one}", email=f"a{one}@c.example")
            mail = planned(
                b, customer, [builders.invoice(b, customer, f"F-{one}", due=date(2026, 11, 9))], at=NOW
            )
            [row] = load(b, [mail.id])
            if one < failed:
                assert send_failures.refused(b, row, error="554 no", dead={}, at=NOW, claimed=False)
            else:
                send_failures.put_off(b, row, error=WORDS, at=NOW)
        if stopped:
            send_failures.refused_again(b, error=WORDS, at=NOW)
    post(office)
    [message] = office.slack.messages()
    check(message["blocks"])
    return plain("\n".join(block["text"]["text"] for block in message["blocks"]))


def test_mails_put_off_are_one_message_with_the_server_s_words(office: Office) -> None:
    said = refuse(office, waiting=40)
    assert said.startswith("*40 envois sont remis à plus tard.* Le serveur les refuse")
    assert "« 550 5.7.1 &lt;!channel&gt; blocked" in said
    assert "• *Client &amp; fils 14* · relance ferme\n• et 25 autres" in said
    assert "trois fois de suite" not in said


def test_failures_and_the_end_of_the_run_are_said_in_the_same_message(office: Office) -> None:
    said = refuse(office, failed=2, waiting=3, stopped=True)
    assert said.startswith("*2 envois ont échoué pour de bon.*")
    assert "*3 envois sont remis à plus tard.*" in said
    assert "Le même refus est revenu trois fois de suite" in said


def test_what_came_back_for_another_reason_than_the_address_is_one_message(office: Office) -> None:
    with open_books(office.database, office.company) as b:
        for one in range(3):
            customer = builders.customer(b, f"Client {one}", email=f"a{one}@c.example")
            mail = planned(
                b, customer, [builders.invoice(b, customer, f"F-{one}", due=date(2026, 11, 9))], at=NOW
            )
            telling.gather(b, AnnouncementKind.BOUNCE_POLICY, mail.id, at=NOW)
    post(office)
    [message] = office.slack.messages()
    check(message["blocks"])
    said = plain(message["blocks"][0]["text"]["text"])
    assert said.startswith("*3 e-mails sont revenus sans que l’adresse soit en cause*")
    assert "• *Client 2*" in said


def test_a_mail_refused_for_its_text_is_a_task_with_the_server_s_words(office: Office) -> None:
    digest(office, "2026-11-23")
    with open_books(office.database, office.company) as b:
        customer = builders.customer(b)
        mail = planned(b, customer, [builders.invoice(b, customer, "F-1", due=date(2026, 11, 9))], at=NOW)
        mail.state = "sending"
        b.session.flush()
        [row] = load(b, [mail.id])
        assert send_failures.refused(b, row, error="554 5.6.0 <!channel> no", dead={}, at=NOW)
    post(office)
    page = opened_page(office, "U0MARIE")
    said = plain(json.dumps(page["blocks"], ensure_ascii=False))
    assert "E-mail refusé par le serveur : à vérifier, puis à retenter" in said
    assert "554 5.6.0 &lt;!channel&gt; no" in said
    assert "Retenter" in said


def not_everywhere(office: Office, count: int, state: str) -> list[int]:
    """Have so many messages left to one address and not to another, in that state; return them."""
    ids = []
    with open_books(office.database, office.company) as b:
        for one in range(count):
            customer = builders.customer(b, f"Client & fils {one}", email=f"a{one}@c.example")
            bill = builders.invoice(b, customer, f"F-{one}", due=date(2026, 11, 9))
            mail = planned(b, customer, [bill], at=NOW)
            mail.state, mail.sent_at = "sent", NOW
            delivered(b, mail, [f"a{one}@c.example"])
            delivered(b, mail, [f"b{one}-{'b' * 200}@c.example"], state, words=WORDS)
            ids.append(mail.id)
    return ids


def test_addresses_that_lack_a_message_are_one_message_with_the_server_s_words(office: Office) -> None:
    ids = not_everywhere(office, 30, "refused")
    with open_books(office.database, office.company) as b:
        for row in load(b, ids):
            send_failures.not_everywhere(b, row, at=NOW)
            send_failures.not_everywhere(b, row, again=True, at=NOW)
    post(office)
    [message] = office.slack.messages()
    check(message["blocks"])
    said = plain("\n".join(block["text"]["text"] for block in message["blocks"]))
    assert said.startswith("*30 messages ne sont pas pris à toutes les adresses.*")
    assert "• *Client &amp; fils 0* · relance ferme" in said
    assert "refusé – « 550 5.7.1 &lt;!channel&gt; blocked" in said
    assert "a0@c.example" not in said
    assert "• et 25 autres" in said


def test_a_copy_of_unknown_fate_is_asked_about_by_its_address_until_somebody_says(office: Office) -> None:
    [reminder_id] = not_everywhere(office, 1, "unknown")
    with open_books(office.database, office.company) as b:
        telling.gather(b, AnnouncementKind.UNCERTAIN, reminder_id, at=NOW)
    post(office)
    [message] = office.slack.messages()
    check(message["blocks"])
    said = plain(json.dumps(message["blocks"], ensure_ascii=False))
    assert "1 envoi au sort incertain" in said
    assert "b0-bbb" in said
    with open_books(office.database, office.company) as b:
        uncertain.consider_sent(b, reminder_id, by="U0MARIE", at=NOW)
    post(office)
    assert "Le sort de ces envois est décidé" in plain(office.slack.messages()[0]["text"])
