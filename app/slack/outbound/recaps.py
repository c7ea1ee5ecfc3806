"""Puts recaps into words: of public channels, as Slack says now which those are."""

from dataclasses import dataclass

from app.core.boards.periods import Period
from app.core.recap import Recap
from app.slack.directory.channels import Channels
from app.slack.directory.people import People
from app.slack.views.blocks import Page
from app.slack.views.recaps import render_recap
from app.store.database import Database
from app.store.workspace.rulebook import Rulebook
from app.usecases.recaps import read_recap
from app.words.votes import find_mentioned


@dataclass(frozen=True, slots=True)
class RecapWriter:
    """What is needed to tell of a week or a month."""

    database: Database
    people: People
    channels: Channels
    rulebook: Rulebook

    async def write(self, team: str, period: Period) -> Page:
        """Return the post about *period*, empty where there is nothing to tell."""
        rules = self.rulebook.get_rules(team)
        recap = await read_recap(self.database, rules, period, self.channels.is_public)
        names = await self.people.read_names(team, _list_people(recap))
        return render_recap(recap, names)


def _list_people(recap: Recap) -> list[str]:
    mentioned = [user for quote in recap.quotes for user in find_mentioned(quote.reason)]
    return list(dict.fromkeys([*recap.people, *mentioned]))
