"""Whom a mail greets: by title and surname, by first name, or by no name rather than by a wrong one."""

import pytest

from message_templates.pieces.greeting import first_name, greeted


@pytest.mark.parametrize(
    ("contact", "vous", "tu", "english"),
    [
        # a person whose order is known
        ("Claire Martin", "Claire Martin", "Claire", "Claire Martin"),
        ("MARTIN Claire", "Claire Martin", "Claire", "Claire Martin"),
        ("Claire MARTIN", "Claire Martin", "Claire", "Claire Martin"),
        ("Yann Le Bris", "Yann Le Bris", "Yann", "Yann Le Bris"),
        ("Jean-Luc DE LA TOUR", "Jean-Luc de La Tour", "Jean-Luc", "Jean-Luc de La Tour"),
        ("Mme D’ARC Jeanne", "Madame D’Arc", "Jeanne", "Ms D’Arc"),
        ("Claire", "Claire", "Claire", "Claire"),
        # with a title
        ("M. Paul LE GALL", "Monsieur Le Gall", "Paul", "Mr Le Gall"),
        ("M. Le Gall", "Monsieur Le Gall", "Monsieur Le Gall", "Mr Le Gall"),
        ("Mme Martin", "Madame Martin", "Madame Martin", "Ms Martin"),
        ("Mlle MARTIN", "Madame Martin", "Madame Martin", "Ms Martin"),
        ("Dr Anne-Sophie de La Tour", "Docteur de La Tour", "Anne-Sophie", "Dr de La Tour"),
        ("M. DUPONT-MOREL", "Monsieur Dupont-Morel", "Monsieur Dupont-Morel", "Mr Dupont-Morel"),
        ("Monsieur", "Monsieur", "", ""),
        # in doubt: which of the words is the surname?
        ("Le Bris Yann", "", "", ""),
        ("M. Le Bris Yann", "Monsieur", "", ""),
        ("CLAIRE MARTIN", "", "", ""),
        ("MARTIN", "", "", ""),
        ("claire martin", "", "", ""),
        ("Y. Martin", "", "", ""),
        ("M. et Mme Martin", "", "", ""),
        # a service, an address, a company
        ("Service", "", "", ""),
        ("Service Comptabilité", "", "", ""),
        ("Le service achats", "", "", ""),
        ("Équipe fournisseurs", "", "", ""),
        ("Accounts Payable", "", "", ""),
        ("Mairie de Nantes", "", "", ""),
        ("compta@martin.example", "", "", ""),
        ("Martin & Fils", "", "", ""),
        ("", "", "", ""),
    ],
)
def test_a_contact_is_greeted_by_its_name_or_by_none(contact, vous, tu, english):
    assert greeted(contact, "fr") == vous
    assert greeted(contact, "fr", tu=True) == tu
    assert greeted(contact, "en") == english


def test_a_first_name_that_cannot_be_told_is_the_whole_name():
    assert first_name("MARTIN Claire") == "Claire"
    assert first_name("Le Bris Yann") == "Le Bris Yann"
