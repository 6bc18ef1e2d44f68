"""The secret that signs: given by the settings, else made once and kept, by however many processes."""

from concurrent.futures import ThreadPoolExecutor

from receivables.signing import Purpose
from store import signing
from store.db.engine import Database


def test_a_secret_is_made_once_and_kept(database: Database) -> None:
    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(lambda _: signing.keys(database, ()), range(6)))
    [keys] = found
    assert len(keys.secrets[0]) == 64
    assert keys.secrets[0] not in repr(keys)


def test_given_secrets_make_none_and_one_that_was_kept_is_still_believed(database: Database) -> None:
    assert signing.keys(database, ("given one", "older")).secrets == ("given one", "older")
    kept = signing.keys(database, ())
    later = signing.keys(database, ("given one",))
    assert later.secrets == ("given one", *kept.secrets)
    mark = kept.sign(Purpose.ENVELOPE, "durand", 7)
    assert later.signed(mark, Purpose.ENVELOPE, "durand", 7)
    assert later.sign(Purpose.ENVELOPE, "durand", 7) != mark


def test_a_mark_is_for_one_purpose_and_for_one_thing(database: Database) -> None:
    keys = signing.keys(database, ())
    mark = keys.sign(Purpose.ENVELOPE, "durand", 7)
    assert keys.signed(mark, Purpose.ENVELOPE, "durand", 7)
    for purpose, about in ((Purpose.MESSAGE, ("durand", 7)), (Purpose.ENVELOPE, ("durand", 8))):
        assert not keys.signed(mark, purpose, *about)
    assert not keys.signed("", Purpose.ENVELOPE, "durand", 7)
    assert not keys.signed("é" * 20, Purpose.ENVELOPE, "durand", 7)
