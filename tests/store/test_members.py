"""Names: the latest one is used, and those of another workspace are never shown."""

import asyncio

from app.core.person import Person, PersonKind
from app.store.people import members
from tests.patience import PATIENCE
from tests.store.casting import rows


async def _names(database, team, *users):
    found = await database.run(lambda c: members.read_members(c, team, users))
    return {user: person.name for user, (person, _) in found.items()}


async def test_the_latest_name_is_used(database):
    await database.run(
        lambda c: members.remember(c, "T1", {"U1": Person("Ann"), "U2": Person("Bob")})
    )
    first = await database.run(members.read_members, "T1", ["U1"])
    await database.run(lambda c: members.remember(c, "T1", {"U1": Person("Ann Lee")}))
    now = await database.run(members.read_members, "T1", ["U1"])
    assert (first["U1"][0].name, now["U1"][0].name) == ("Ann", "Ann Lee")
    assert now["U1"][1] > first["U1"][1]
    assert await _names(database, "T1", "U1", "U2", "U3") == {"U1": "Ann Lee", "U2": "Bob"}


async def test_the_name_of_a_strangers_workspace_is_kept_while_it_stays(database):
    for home, name, known in (("T9", "Nine", "Nine"), ("T9", None, "Nine"), ("T8", None, None)):
        person = Person("Ann", home_team=home, home_name=name)
        await database.run(lambda c, person=person: members.remember(c, "T1", {"U1": person}))
        now = await database.run(members.read_members, "T1", ["U1"])
        assert now["U1"][0].home_name == known


async def test_a_name_is_known_only_in_its_workspace(database):
    await database.run(lambda c: members.remember(c, "T1", {"U1": Person("Ann")}))
    assert await _names(database, "T2", "U1") == {}


async def test_remembering_nobody_is_not_an_error(database):
    await database.run(lambda c: members.remember(c, "T1", {}))
    assert await _names(database, "T1") == {}


async def test_concurrent_names_in_any_order_never_deadlock(database):
    """Each runs on its own connection, without retries, so that a deadlock is an error."""
    users = [f"U{n}" for n in range(50)]

    async def remember(n):
        order = users if n % 2 else users[::-1]
        async with database.pool.connection(timeout=PATIENCE) as conn:
            await members.remember(conn, "T1", {user: Person(f"{user} {n}") for user in order})

    await asyncio.gather(*map(remember, range(60)))
    assert await rows(database, "SELECT count(*)::int FROM members") == [(50,)]


async def test_people_are_found_by_their_names_and_by_similar_ones(database):
    people = {
        "U1": Person("Ann", "annie", "nan"), "U2": Person("Anna", "ann", "anna"),
        "U3": Person("Annie", "annis", "annie", kind=PersonKind.STRANGER),
        "U4": Person("Bob", "bob", "annie"), "U5": Person("Ann", "annett", "ann"),
    }  # fmt: skip
    await database.run(lambda c: members.remember(c, "T1", people, ["U5"]))
    handles = ["annie", "anna", "annett"]
    found = await database.run(lambda c: members.find_by_handle(c, "T1", handles, ["anna"]))
    assert found == {"annie": ["U1", "U4"], "anna": ["U2"]}
    found = await database.run(lambda c: members.find_by_handle(c, "T1", handles, ["annett"]))
    assert found == {"annie": ["U1", "U4"], "anna": ["U2"], "annett": ["U5"]}
    similar = await database.run(lambda c: members.find_similar(c, "T1", "annie"))
    assert similar == {"annie": "U4", "ann": "U2", "anna": "U2"}


async def test_of_very_many_similar_names_those_of_similar_length_are_returned(database):
    people = {f"U{n}": Person("A", f"a{n}") for n in range(1000, 2000)}
    await database.run(lambda c: members.remember(c, "T1", people | {"U1": Person("Z", "azz")}))
    similar = await database.run(lambda c: members.find_similar(c, "T1", "azy"))
    assert (len(similar), similar["azz"]) == (1000, "U1")


async def test_only_active_members_are_shown_again(database):
    hidden = """
        INSERT INTO hidden_members (team_id, user_id, why) VALUES ('T1', 'U1', 'deactivated'),
            ('T1', 'U1', 'opted_out'), ('T1', 'U2', 'deactivated'), ('T2', 'U1', 'deactivated')
        RETURNING 1
    """
    await rows(database, hidden)
    people = {"U1": Person("Ann"), "U3": Person("Bob")}
    await database.run(lambda c: members.remember(c, "T1", people, ["U3"]))
    left = await rows(database, "SELECT team_id, user_id, why FROM hidden_members ORDER BY 1, 2")
    assert left == [
        ("T1", "U1", "opted_out"), ("T1", "U2", "deactivated"), ("T1", "U3", "deactivated"),
        ("T2", "U1", "deactivated"),
    ]  # fmt: skip
