"""Newcomers are found, whenever they arrive."""

import asyncio

from app.core.grammar import mrkdwn
from app.core.message import Message
from app.core.settings.definitions import Settings
from app.core.timings import GreetingTimings
from app.usecases.newcomers import Newcomers


class _Database:
    """Stores nothing; calls *meanwhile* right after the first batch was stored."""

    def __init__(self, meanwhile):
        self.meanwhile, self.batches = meanwhile, []

    async def run(self, _write, _team, among, _pace):
        self.batches.append([one.message.author for one in among])
        if len(self.batches) == 1:
            asyncio.get_running_loop().call_soon(self.meanwhile)
        return 0


def _build_message(by):
    return Message("T1", "C1", f"1.00000{by[1:]}", by, mrkdwn.read("<@U9>++"))


async def test_a_newcomer_arriving_right_after_a_batch_is_checked_too():
    database = _Database(lambda: newcomers.greet(_build_message("U2"), ["U9"], Settings()))
    newcomers = Newcomers(database, lambda _team: None, GreetingTimings(gather=0))
    newcomers.greet(_build_message("U1"), ["U9"], Settings())
    await newcomers.close()
    assert database.batches == [["U1"], ["U2"]]
