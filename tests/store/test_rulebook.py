"""What each process knows of the rules by heart."""

from app.store.workspace.rulebook import Rulebook
from tests.store.casting import rows

DECIDED = (
    "INSERT INTO settings (team_id, channel_id, name, value, changed_by)"
    " VALUES ('T1', '', 'undo_window', '30', 'U1') RETURNING 1"
)


async def test_what_is_learnt_meanwhile_is_not_overwritten_by_an_older_reading(database):
    rulebook = Rulebook()

    class Late:
        """Gives what it has read after the rules were changed and learnt."""

        async def run(self, query):
            before = await database.run(query)
            await rows(database, DECIDED)
            await rulebook.learn(database)
            return before

    await rulebook.learn(Late())
    assert rulebook.get_settings("T1").undo_window == 1800
