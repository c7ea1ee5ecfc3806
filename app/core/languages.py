"""The languages that the app speaks, by their codes of ISO 639; each has a folder of catalogs."""

from typing import Final

ENGLISH: Final = "en"
LANGUAGES: Final = ("de", ENGLISH)
