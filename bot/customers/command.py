"""/relances fiche: what is known of a customer, and the form that puts it right."""

from typing import Any

from bot.customers import form
from bot.slack import blocks
from bot.slack.outcomes import joined, with_undo
from bot.slack.visit import Visit
from bot.typed.choosing import choose_customer
from bot.typed.values import Understood
from bot.typed.words import cut, plain
from message_templates.catalogue import Mrkdwn, keys, say
from receivables.company import Company
from receivables.language import Language
from store.books import Books
from store.customers import acts as customer_file
from store.customers import facts as customers
from store.customers import search as customer_search
from store.customers.facts import CustomerFacts

EDIT = "client_file_edit"
WORDED = ("language", "address_form", "kind", "statement")


def answer_fiche(visit: Visit, said: Understood) -> None:
    """Whisper a customer's file. Raises UnknownCustomer, or Refused when nobody is named."""
    with visit.look() as b:
        customer = choose_customer(b, said)
        facts = customer_file.file_values(b, customer.id)
        payer = _payer(b, facts)
        facts["payer_id"] = payer.name if payer else None
    head = say("fiche.head", visit.language, customer=cut(customer.name, 100), code=customer.code or "")
    lines = [
        head,
        _contacts(customer, visit.language),
        *(_line(visit.company, name, facts[name]) for name in facts),
    ]
    edit = blocks.button(plain("fiche.edit", visit.language), EDIT, visit.value(customer.id))
    visit.tell(head, [blocks.section("\n".join(lines)), blocks.actions(edit)])


def _payer(b: Books, facts: dict[str, Any]) -> CustomerFacts | None:
    """Return the customer who pays in the place of the one whose file says `facts`."""
    return customers.get_customer(b, facts["payer_id"]) if facts["payer_id"] else None


def _contacts(customer: CustomerFacts, language: Language) -> Mrkdwn:
    told = [
        say(
            "fiche.contact",
            language,
            name=cut(one.name or "", 80),
            role=_role(one.role, language),
            email=cut(one.email or "", 120),
            phone=cut(one.phone or "", 40),
            bounced=one.bounced,
        )
        for one in customer.contacts[:10]
    ]
    value = Mrkdwn(" · ".join(told)) if told else say("fiche.no_contact", language)
    return say("fiche.line", language, label=plain("fiche.label.contacts", language), value=value)


def _role(role: str, language: Language) -> str:
    known = f"fiche.role.{role}"
    return plain(known, language) if known in keys("fiche", language) else role


def _line(company: Company, name: str, value: Any) -> Mrkdwn:
    return say(
        "fiche.line",
        company.language,
        label=plain(f"fiche.label.{name}", company.language),
        value=_fact_in_words(company, name, value),
    )


def _fact_in_words(company: Company, name: str, value: Any) -> Mrkdwn:
    """Return one fact in words."""
    if name == "owner":
        return Mrkdwn(f"<@{value}>") if value else say("fiche.nobody", company.language)
    if name in {"policy", "statement"} and value is None:
        default = (
            company.policy
            if name == "policy"
            else plain(f"fiche.value.{company.statements}", company.language)
        )
        return say("fiche.by_company", company.language, value=default)
    if name in WORDED:
        known = value or {"language": "fr", "address_form": "vous"}.get(name)
        return (
            say(f"fiche.value.{known}", company.language) if known else say("fiche.unknown", company.language)
        )
    if value is None:
        return say("fiche.unknown", company.language)
    return say("fiche.day" if name == "insolvent_on" else "fiche.text", company.language, value=value)


def edit(visit: Visit, carried: str) -> None:
    """Open the form of the file."""
    with visit.look() as b:
        customer = customers.get_customer(b, int(carried))
        facts = customer_file.file_values(b, customer.id)
        payer = _payer(b, facts)
        facts["payer_id"] = (payer.code or payer.name) if payer else None
    visit.open(form.view(visit, customer, facts))


def submitted(visit: Visit, view: dict[str, Any]) -> None:
    """Put the file right, and say what was changed. Raises RelanceError, of an unknown payer too."""
    with visit.books() as b:
        values = form.read_fields(view)
        if values["payer_id"]:
            values["payer_id"] = customer_search.find(b, values["payer_id"]).id
        done = customer_file.change(b, form.customer_of(view), values, by=visit.user, at=visit.at)
    if done is None:
        visit.tell(say("fiche.same", visit.language))
        return
    what = [plain(f"fiche.label.{name}", visit.language).lower() for name in done.changed]
    text = joined(
        (
            say("fiche.changed", visit.language, customer=cut(done.customer, 100), by=visit.user, what=what),
            say("fiche.called_off", visit.language, count=done.called_off) if done.called_off else None,
        )
    )
    visit.publish(text, with_undo(visit, text, done.entry_id))
