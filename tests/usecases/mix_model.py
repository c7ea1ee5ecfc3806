"""A small model of who gave what: predicts what the next act makes of one message's votes."""

from dataclasses import dataclass, field

PEOPLE = ("UA", "UB", "UC", "UD")
THINGS = ("thing:postgres",)
Key = tuple[str, str]
"""A message's ts, and the slot of the votes on it."""


@dataclass
class Entry:
    """The votes of one slot of a message, as read from the ledger."""

    author: str
    held: dict[str, int] = field(default_factory=dict)
    """The points as given, by target."""
    points: int = 0
    """Their sum as counted, boosts included."""
    open: bool = True
    """Whether a later version counts."""

    @property
    def total(self) -> int:
        return sum(self.held.values())


class Model:
    """The opt-outs and merges of a workspace, and all entries."""

    def __init__(self):
        self.entries: dict[Key, Entry] = {}
        self.base = 0
        """Points outside of entries: imports, and votes that were archived or closed."""
        self._out: set[str] = set()
        self._merged: dict[str, str] = {}
        """By account, whatever it has been renamed to since."""
        self._aliases: dict[str, str] = {}
        """By the names in the ledger."""
        self._persons: dict[str, str] = {}
        """Forgotten accounts in merges, by the names that replaced them."""

    def merge(self, source, into):
        self._merged[source] = self._aliases[source] = into

    def is_merged(self, user):
        """Return whether *user* is merged with another account."""
        return user in self._merged or user in self._merged.values()

    def unmerge(self, source):
        del self._merged[source]
        del self._aliases[next(one for one in self._aliases if self._name_person(one) == source)]
        self._persons = {
            one: who for one, who in self._persons.items() if one in self._list_names()
        }

    def forget(self, user, pseudonym):
        """Replace *user* by *pseudonym* in the merges."""
        if user in self._list_names():
            self._persons[pseudonym] = user
        names = {user: pseudonym}
        self._aliases = {names.get(a, a): names.get(b, b) for a, b in self._aliases.items()}

    def opt(self, user, *, out):
        """Let *user* opt out or back in, with all accounts that are still known by their ids."""
        known = {user} | self._out | self._list_names()
        own = {one for one in known if self._find_person(one) == self._find_person(user)}
        self._out = self._out | own if out else self._out - own

    def expect(self, entry, by, said):
        """Return the points that *entry* has once *by* has changed it to *said*."""
        kept = sum(n for who, n in entry.held.items() if self._is_out(self._resolve(who)))
        new = [n for who, n in said if self._counts(by, who)]
        return kept + sum(new)

    def _counts(self, by, target):
        if target in THINGS:
            return True
        return self._find_person(by) != self._find_person(target) and not self._is_out(target)

    def _is_out(self, name):
        return self._find_person(self._name_person(name)) in map(self._find_person, self._out)

    def _list_names(self):
        return {*self._aliases, *self._aliases.values()}

    def _name_person(self, name):
        return self._persons.get(name, name)

    def _find_person(self, user):
        while user in self._merged:
            user = self._merged[user]
        return user

    def _resolve(self, name):
        while name in self._aliases:
            name = self._aliases[name]
        return name
