"""Words that people say for what `/leaderboard` calls otherwise, and those that ask for more."""

import re
from typing import Final

SYNONYMS: Final = {
    "heute": "today", "gestern": "yesterday", "woche": "week", "monat": "month", "saison": "season",
    "insgesamt": "all", "gesamt": "all", "alle": "all", "alltime": "all", "ever": "all",
    "personen": "people", "leute": "people", "dinge": "things", "gebende": "givers",
    "weekly": "week", "monthly": "month", "daily": "today", "hier": "here", "hilfe": "help",
}  # fmt: skip
"""What is understood as another word."""
_ENGLISH: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_GERMAN: Final = (
    "januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september",
    "oktober", "november", "dezember",
)  # fmt: skip
MONTHS: Final = {
    word: number
    for names in (_ENGLISH, _GERMAN)
    for number, name in enumerate(names, 1)
    for word in (name, name[:3])
} | {"sept": 9}
"""The months by their names, whole and short."""
OWN: Final = frozenset({"me", "my", "mine", "myself", "ich", "mich", "meine"})
YEARS: Final = re.compile(r"year|years|yearly|jahr|(?:19|20)[0-9]{2}")
GREETINGS: Final = frozenset({
    "hi", "hello", "hey", "hallo", "moin", "servus", "hola", "hilfe", "what", "how", "who", "wie",
    "wer", "commands",
})  # fmt: skip
"""With which a message to the app begins that wants to know what it can do."""
THANKS: Final = frozenset({"thanks", "thank", "thx", "ty", "cheers", "danke", "merci", "gracias"})
