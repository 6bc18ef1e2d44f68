"""What people see: which addresses can be written to, by one rule, at entry and at sending."""

import pytest

from correspondence.addresses import bare_address
from receivables.addresses import BadAddress, fault, judge
from receivables.codes.addresses import AddressFault

ACCENTS, MALFORMED = AddressFault.ACCENTS, AddressFault.MALFORMED


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("compta@client.example", None),
        (" compta@client.example ", None),
        ("o'neil+factures@client.example", None),
        ("compta@société.example", None),
        ("rené@client.example", ACCENTS),
        ("comptabilité@société.example", ACCENTS),
        ("compta@client", MALFORMED),
        ("compta@@client.example", MALFORMED),
        ("compta.@client.example", MALFORMED),
        ("compta@client..example", MALFORMED),
        ("compta client@client.example", MALFORMED),
        ("@client.example", MALFORMED),
        ("compta@", MALFORMED),
        ("néant", MALFORMED),
        ("", MALFORMED),
        (f"{'a' * 65}@client.example", MALFORMED),
    ],
)
def test_what_is_wrong_with_an_address_is_the_same_at_entry_and_at_sending(
    address: str, why: AddressFault | None
) -> None:
    assert fault(address) is why
    if why is None:
        assert bare_address(address) == judge(address).ascii
    else:
        with pytest.raises(BadAddress):
            bare_address(address)


def test_a_domain_with_accents_is_kept_as_written_and_sent_in_ascii() -> None:
    found = judge("compta@société.example")
    assert (found.written, found.ascii) == ("compta@société.example", "compta@xn--socit-esab.example")
