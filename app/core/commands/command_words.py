"""The vocabulary of commands: synonyms, fillers, and words that signal what people want."""

import re
from typing import Final

from babel import Locale

from app.core.settings.definitions import LANGUAGES

SYNONYMS: Final = {
    "heute": "today", "gestern": "yesterday", "woche": "week", "monat": "month", "saison": "season",
    "insgesamt": "all", "gesamt": "all", "alle": "all", "alltime": "all", "ever": "all",
    "personen": "people", "leute": "people", "dinge": "things", "gegeben": "givers",
    "gebende": "givers", "geber": "givers",
    "jahr": "year", "quartal": "quarter", "yearly": "year", "quarterly": "quarter",
    "seit": "since", "tage": "days", "tag": "day", "letzte": "last", "letzten": "last",
    "letztes": "last", "letzter": "last", "letztem": "last", "worst": "bottom", "best": "top",
    "loserboard": "bottom", "losers": "bottom", "unten": "bottom", "oben": "top",
    "current": "this", "all-time": "all", "overall": "all", "total": "all", "lifetime": "all",
    "emoji": "things", "emojis": "things", "receivers": "people", "wochen": "weeks",
    "q1": "quarter-1", "q2": "quarter-2", "q3": "quarter-3", "q4": "quarter-4",
    "dieses": "this", "diese": "this", "dieser": "this", "diesen": "this", "diesem": "this",
    "weekly": "week", "monthly": "month", "daily": "today", "hier": "here", "hilfe": "help",
    "kanal": "channel", "diagramm": "chart", "bild": "chart", "picture": "chart",
}  # fmt: skip
"""Words that are understood as another word."""
_MONTH_NAMES: Final = {
    name.casefold(): number
    for language in LANGUAGES
    for form in ("format", "stand-alone")
    for number, name in Locale.parse(language, sep="-").months[form]["wide"].items()
}
MONTHS: Final = (
    _MONTH_NAMES
    | {"sept": 9}
    | {
        name[:3]: number
        for name, number in _MONTH_NAMES.items()
        if all(n == number for other, n in _MONTH_NAMES.items() if other.startswith(name[:3]))
    }
)
"""Month numbers by name in every language, and by its first three letters if they mean just one."""
LONG_UNITS: Final = {
    "months": 30, "monate": 30, "monaten": 30, "quarters": 90, "quartale": 90, "quartalen": 90,
    "years": 365, "jahre": 365, "jahren": 365,
}  # fmt: skip
"""Units that boards can't show several of, with the days in each."""
POINTS: Final = frozenset({"karma", "score", "points", "punkte"})
"""Words for a person's points."""
GIVING: Final = frozenset({"give", "send", "award", "gib", "gebe", "schick"})
"""First words of messages to the app that mean to give points."""
OWN: Final = POINTS | {"me", "my", "mine", "myself", "ich", "mich", "meine"}
"""Words that ask for one's own points."""
SHOWING: Final = frozenset({"show", "zeig", "zeige"})
"""Words that ask for the target named after them; alone, they are things."""
CARD_WORDS: Final = OWN | SHOWING | {"stats", "rank", "rang", "statistik"}
"""Words after `/karma` that ask for a card, one's own or that of a mentioned person."""
EVERYBODY: Final = frozenset({"everyone", "everybody", "all", "alle", "here", "channel"})
"""Words for all people together, whom no command accepts."""
GREETINGS: Final = frozenset({
    "hi", "hello", "hey", "hallo", "moin", "guten", "servus", "hola", "hilfe", "what", "how", "who",
    "wie", "wer", "was", "commands",
})  # fmt: skip
"""First words of messages to the app that ask what it can do."""
THANKS: Final = frozenset({
    "thanks", "thank", "thx", "ty", "cheers", "danke", "merci", "gracias", "good bot", "good job",
    "great job", "nice", "great", "awesome", "super", "toll", "prima", "klasse",
})  # fmt: skip
"""Words and pairs of words that thank the app."""
SMALL_WORDS: Final = frozenset({
    "in", "im", "of", "the", "for", "from", "show", "please", "zeig", "zeige", "bitte", "der",
    "die", "das", "den", "dem", "von", "vom", "für", "as", "als", "this",
})  # fmt: skip
"""Filler words, which change nothing in a command and alone ask for nothing."""
_FILLERS: Final = (SMALL_WORDS - {"this"}) | {
    "leaderboard", "leader", "board", "ranking", "rankings", "rangliste", "bestenliste", "list",
    "liste", "scores", "scoreboard", "standings", "stats", "places", "plätze", "platz",
}  # fmt: skip
"""SMALL_WORDS but `this`, and words for a board."""

# Pairs of words, joined so that every later step deals with single words.
_PAIRS: Final = {
    ("all", "time"): "all", ("this", "week"): "week", ("this", "month"): "month",
    ("last", "week"): "last-week", ("last", "month"): "last-month",
    ("this", "year"): "year", ("last", "year"): "last-year",
    ("this", "quarter"): "quarter", ("last", "quarter"): "last-quarter",
    ("this", "season"): "season", ("last", "season"): "last-season",
    ("this", "channel"): "here",
}  # fmt: skip
_SHOW_ME: Final = re.compile(r"(?<!\S)(?:(?:show|give) me|zeige? mir)(?!\S)")
_PREVIOUS: Final = re.compile(
    r"(?<!\S)(?:past|previous|(?:vorige|vergangene)[mrns]?)"
    r"(?= (?:week|month|season|year|quarter|[0-9]{1,4} (?:days?|weeks?))(?!\S))"
)
"""Synonyms of `last`, but only before a period: `last` alone is the bottom of a board."""
_CHANNEL: Final = re.compile("<?#")
_SPAN: Final = re.compile(r"(?<!\S)since [0-9]{4}-[0-9]{2}-[0-9]{2}(?!\S)")
_DAYS: Final = re.compile(r"(?<!\S)(?:last )?([1-9][0-9]{0,3}) days?(?!\S)")
_WEEKS: Final = re.compile(r"(?<!\S)(?:last ([1-9][0-9]?) weeks?|([1-9][0-9]?) weeks)(?!\S)")
"""`10 week` doesn't match: it's the first ten of this week. `last 10 week` is a typo for weeks."""
_QUARTERS: Final = {
    "first": "1", "second": "2", "third": "3", "fourth": "4", "1st": "1", "2nd": "2", "3rd": "3",
    "4th": "4", "1.": "1", "2.": "2", "3.": "3", "4.": "4",
}  # fmt: skip
_YEAR: Final = r"((?:19|20)[0-9]{2})"
_GERMAN_DAY: Final = re.compile(r"(?<!\S)([0-9]{1,2})\.([0-9]{1,2})\.(?:20)?([0-9]{2})(?!\S)")
_OF: Final = "(?: of| in| im)?"
_ORDINAL: Final = "|".join(map(re.escape, _QUARTERS))
_QUARTER: Final = re.compile(
    rf"(?<!\S)(?:({_ORDINAL}) quarter|quarter ([1-4])(?={_OF} {_YEAR}(?!\S)))(?!\S)"
)
"""`first quarter`, or `quarter 1` before a year."""
_TOP: Final = re.compile(r"(?<!\S)top-?([0-9]{1,3})(?!\S)")
_NUMBERED_WEEK: Final = re.compile(
    rf"(?<!\S)(?:[kc]?w|kw |week (?=[0-9]+{_OF} {_YEAR}(?!\S)))"
    r"(?P<week>[0-9]{1,2})(?!\S)"
)
"""`w47`, `kw47`, `kw 47`, `week 47` before a year; alone, that is 47 places of this week."""
_NAME: Final = f"({'|'.join(sorted(MONTHS, key=len, reverse=True))}|quarter-[1-4]|week-[0-9]{{2}})"
_DATED: Final = re.compile(rf"(?<!\S)(?:{_NAME},?{_OF} {_YEAR}|{_YEAR} {_NAME})(?!\S)")
"""A month, quarter or week with its year: `november of 2026`, `2026 q4`, `kw 47 2026`."""
_SPOKEN_KIND: Final = re.compile(
    rf"(?<!\S)(?<!last )(?:year{_OF} (?={_YEAR}(?!\S))"
    rf"|month{_OF} (?=(?:{'|'.join(MONTHS)}|[0-9]{{4}}-[0-9]{{2}})(?!\S)))"
)
"""What comes before the name in `year 2025`, `month of november` or `month 2026-11`."""


def join_pairs(tokens: list[str]) -> list[str]:
    """Return *tokens* without fillers, with synonyms replaced and multi-word terms joined."""
    words: list[str] = []
    spoken = _SHOW_ME.sub("", " ".join(SYNONYMS.get(word, word) for word in tokens))
    spoken = _PREVIOUS.sub("last", spoken)
    spoken = _GERMAN_DAY.sub(lambda match: f"20{match[3]}-{match[2]:0>2}-{match[1]:0>2}", spoken)
    spoken = _QUARTER.sub(lambda match: f"quarter-{match[2] or _QUARTERS[match[1]]}", spoken)
    spoken = _NUMBERED_WEEK.sub(lambda match: f"week-{int(match['week']):02}", spoken)
    spoken = _SPOKEN_KIND.sub("", _DATED.sub(_join_year, _TOP.sub(r"top \1", spoken)))
    spoken = _DAYS.sub(r"last-\1-days", spoken)
    spoken = _WEEKS.sub(lambda match: f"last-{7 * int(match[1] or match[2])}-days", spoken)
    for word in _SPAN.sub(lambda match: match[0].replace(" ", "-"), spoken).split():
        if word in _FILLERS:
            continue
        if words and (pair := _PAIRS.get((words[-1], word))):
            words[-1] = pair
        else:
            words.append(word)
    # These change nothing in `this november` and `the #dev channel`.
    needless = {"this", "channel"} if any(map(_CHANNEL.match, words)) else {"this"}
    return [word for word in words if word not in needless] or words


def _join_year(match: re.Match[str]) -> str:
    name, year = (match[1], match[2]) if match[1] else (match[4], match[3])
    if name in MONTHS:
        return f"{year}-{MONTHS[name]:02}"
    kind, _, number = name.partition("-")
    return f"{year}-{kind[0]}{number}"
