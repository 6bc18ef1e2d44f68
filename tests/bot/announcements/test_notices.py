"""Each kind of announcement has its drawing."""

from bot.announcements.notices import DRAWINGS
from receivables.codes.announcements import ANNOUNCEMENTS, UPLOADED, AnnouncementKind


def test_each_kind_of_announcement_is_drawn_and_has_its_row() -> None:
    assert set(DRAWINGS) | UPLOADED == set(AnnouncementKind) == set(ANNOUNCEMENTS)
