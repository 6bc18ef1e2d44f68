"""The languages that sentences are made in, for customers and for the team."""

from enum import StrEnum


class Language(StrEnum):
    """A language; what the team reads in it is the folder `message_templates/<language>/`."""

    FR = "fr"
    EN = "en"
