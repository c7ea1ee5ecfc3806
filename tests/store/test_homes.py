"""Which App Homes are published, by which process and when: claims and marks in `homes`."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from app.core.boards.seasons import Season
from app.store.database import Database
from app.store.outbox import homes
from app.store.people import opt_outs
from app.store.server.upkeep import tidy
from app.store.votes import limits
from app.store.workspace.seasons import begin
from app.store.workspace.workspace_rules import Alias
from tests.patience import PATIENCE
from tests.store.casting import ballot, cast, rows, ruled, rules_of, spoken, ts_of
from tests.talk import PATIENT_LIMITS

RULES = rules_of()


@pytest.fixture(autouse=True)
def _claims_that_outlast_a_busy_machine(monkeypatch):
    monkeypatch.setattr(homes, "LEASE", PATIENCE)


async def open_home(database, user="U1", span=None, rules=RULES):
    return await database.run(lambda conn: homes.open_home(conn, rules, user, span))


async def publish(database, page, name="1.2"):
    return await database.run(lambda conn: homes.record_published(conn, page, name))


async def claim_changed(database, most=10, pause=0.0, rules=RULES):
    return await database.run(lambda conn: homes.claim_changed(conn, rules, most, pause))


async def open_and_publish(database, user="U1"):
    """Open somebody's page and publish it."""
    page = await open_home(database, user)
    assert not await publish(database, page)


async def vote(database, number, target="U1", by="U2", channel="C1"):
    message = spoken(ts_of(number), by, channel=channel)
    await database.run(lambda conn: cast(conn, ballot(message, ruled({target: 1}))))


async def test_the_process_that_opens_a_page_publishes_it(database):
    page = await open_home(database)
    assert page.ours
    assert (page.team, page.user, page.span, page.hash) == ("T1", "U1", "all", "")
    assert not await publish(database, page)
    assert await claim_changed(database) == []


async def test_the_hash_of_the_published_version_is_kept(database):
    await open_and_publish(database)
    assert (await open_home(database)).hash == "1.2"


async def test_the_chosen_board_stays_until_another_is_chosen(database):
    await publish(database, await open_home(database, span="week"))
    page = await open_home(database)
    assert page.span == "week"
    await publish(database, page)
    assert (await open_home(database, span="month")).span == "month"


async def test_only_one_process_publishes_a_page(database):
    first, second = await open_home(database), await open_home(database)
    assert (first.ours, second.ours) == (True, False)
    assert await claim_changed(database) == []


async def test_a_request_during_publishing_is_published_afterward(database):
    first = await open_home(database)
    await open_home(database, span="month")
    assert await publish(database, first)
    (again,) = await claim_changed(database, pause=3600.0)
    assert (again.span, again.hash) == ("month", "1.2")


async def test_a_page_outdated_during_publishing_is_published_again(database):
    page = await open_home(database)
    await database.run(lambda conn: homes.outdate_all(conn, "T1"))
    assert await publish(database, page)
    assert [page.user for page in await claim_changed(database)] == ["U1"]


async def test_a_vote_outdates_the_pages_of_receiver_and_giver(database):
    for user in ("U1", "U2", "U3"):
        await open_and_publish(database, user)
    await vote(database, 1)
    assert sorted(page.user for page in await claim_changed(database)) == ["U1", "U2"]


async def test_a_merged_persons_page_follows_votes_for_their_new_account(database):
    merged = replace(RULES, aliases={"U1": Alias("U4", "m1"), "U4": Alias("U5", "m2")})
    for user in ("U1", "U3"):
        await publish(database, await open_home(database, user, rules=merged))
    assert await claim_changed(database, rules=merged) == []
    for number, target, by in ((1, "U5", "U2"), (2, "U2", "U5")):
        await vote(database, number, target, by)
        (page,) = await claim_changed(database, rules=merged)
        assert page.user == "U1"
        await publish(database, page)
        assert await claim_changed(database, rules=merged) == []


async def test_a_vote_for_a_thing_outdates_only_the_givers_page(database):
    for user in ("U1", "U2"):
        await open_and_publish(database, user)
    await vote(database, 1, target="thing:postgres")
    assert [page.user for page in await claim_changed(database)] == ["U2"]


async def test_a_vote_between_claim_and_publication_is_not_lost(database):
    page = await open_home(database)
    await vote(database, 1)
    assert not await publish(database, page)
    assert [page.user for page in await claim_changed(database)] == ["U1"]


async def test_opting_out_and_in_outdates_a_page(database):
    await open_and_publish(database)
    await database.run(lambda conn: opt_outs.opt_out(conn, "T1", "U1"))
    (page,) = await claim_changed(database)
    await publish(database, page)
    assert await claim_changed(database) == []
    await database.run(lambda conn: opt_outs.opt_in(conn, "T1", "U1"))
    assert len(await claim_changed(database)) == 1


async def test_votes_of_another_workspace_outdate_nothing(database):
    await open_and_publish(database)
    message = spoken(ts_of(1), "U2", team="T2")
    await database.run(lambda conn: cast(conn, ballot(message, ruled({"U1": 1}))))
    assert await claim_changed(database) == []


async def test_a_page_stops_updating_ten_minutes_after_it_was_opened(database):
    await open_and_publish(database)
    await open_and_publish(database, "U2")
    query = "UPDATE homes SET opened_at = now() - %s * interval '1 second' WHERE user_id = %s"
    await rows(database, f"{query} RETURNING 1", homes.OPEN + 1, "U1")
    await rows(database, f"{query} RETURNING 1", homes.OPEN - 5, "U2")
    await vote(database, 1)
    assert [page.user for page in await claim_changed(database)] == ["U2"]


async def test_a_page_is_updated_at_most_once_per_pause(database):
    await open_and_publish(database)
    await vote(database, 1)
    assert await claim_changed(database, pause=3600.0) == []
    assert len(await claim_changed(database, pause=0.0)) == 1


async def test_a_page_published_before_the_clock_was_set_back_is_updated(database):
    await open_and_publish(database)
    ahead = "UPDATE homes SET published_at = now() + interval '1 hour' RETURNING 1"
    await rows(database, ahead)
    await vote(database, 1)
    assert len(await claim_changed(database, pause=1.0)) == 1


async def test_the_longest_unpublished_pages_come_first_up_to_the_limit(database):
    for number, user in enumerate(("U1", "U3", "U4"), 1):
        await open_and_publish(database, user)
        await vote(database, number, target=user, by="U99")
    assert [page.user for page in await claim_changed(database, most=2)] == ["U1", "U3"]
    assert [page.user for page in await claim_changed(database, most=2)] == ["U4"]


@pytest.mark.parametrize("plan", ["nestloop", "hashjoin", "mergejoin"])
async def test_the_order_does_not_depend_on_the_query_plan(database, plan):
    users = [f"U{number * 7 % 10}" for number in range(10)]
    for number, user in enumerate(users):
        await open_and_publish(database, user)
        await vote(database, number, target=user, by="U99")

    async def claim(conn):
        for other in {"nestloop", "hashjoin", "mergejoin"} - {plan}:
            await conn.execute(f"SET LOCAL enable_{other} = off")
        return await homes.claim_changed(conn, RULES, 10, 0.0)

    assert [page.user for page in await database.run(claim)] == users


async def test_concurrent_processes_never_claim_the_same_page(database, database_url):
    for number in range(40):
        await open_and_publish(database, f"U{number}")
        await vote(database, number, target=f"U{number}", by="U999")
    other = Database(database_url, PATIENT_LIMITS)
    await other.open()
    found = await asyncio.gather(
        *(claim_changed(d, 5) for _ in range(8) for d in (database, other))
    )
    await other.close()
    users = [page.user for pages in found for page in pages]
    assert len(users) == len(set(users))
    users += [page.user for page in await claim_changed(database, 40)]
    assert sorted(users) == sorted({f"U{number}" for number in range(40)})


async def test_the_claim_of_a_dead_process_expires(database):
    dead = await open_home(database)
    await rows(database, "UPDATE homes SET claimed_until = now() - interval '1 s' RETURNING 1")
    (page,) = await claim_changed(database)
    assert page.user == "U1"
    assert not await publish(database, dead, "9.9")
    assert (await open_home(database)).hash == ""
    assert await database.run(lambda conn: homes.extend_claim(conn, dead)) is None
    assert await database.run(lambda conn: homes.extend_claim(conn, page)) is not None


async def test_a_postponed_page_is_published_after_the_wait(database):
    page = await open_home(database)
    await database.run(lambda conn: homes.postpone(conn, page, 3600.0))
    assert await claim_changed(database) == []
    await rows(database, "UPDATE homes SET claimed_until = now() RETURNING 1")
    assert len(await claim_changed(database)) == 1


async def test_a_refused_page_is_retried_only_after_a_change(database):
    page = await open_home(database)
    await database.run(lambda conn: homes.record_refused(conn, page))
    assert await claim_changed(database) == []
    await vote(database, 1)
    assert [page.user for page in await claim_changed(database)] == ["U1"]


async def test_rows_of_unopened_pages_are_deleted_after_a_day(database):
    await open_and_publish(database)
    await open_and_publish(database, "U2")
    query = "UPDATE homes SET opened_at = now() - interval '25 hours' WHERE user_id = 'U1'"
    await rows(database, f"{query} RETURNING 1")
    await database.run(partial(tidy, team="T1"))
    assert await rows(database, "SELECT user_id FROM homes") == [("U2",)]


async def test_the_second_season_replaces_the_all_time_board_of_pages(database):
    begun = replace(RULES, seasons=[Season(2, "Autumn")])
    assert (await open_home(database, "U3", rules=begun)).span == "season"
    for user, span in (("U1", None), ("U2", "week")):
        await publish(database, await open_home(database, user, span))
    await database.run(lambda conn: begin(conn, "T1", "U9", 2, "Autumn", ""))
    assert await claim_changed(database) == []
    assert (await open_home(database)).span == "season"
    await open_home(database, "U1", "all")
    await database.run(lambda conn: begin(conn, "T1", "U9", 3, "Winter", ""))
    assert await rows(database, "SELECT user_id, span FROM homes ORDER BY 1") == [
        ("U1", "all"), ("U2", "week"), ("U3", "season"),
    ]  # fmt: skip


async def test_the_points_spent_today_are_read(database):
    message = spoken(ts_of(1), "U2")
    await database.run(lambda conn: cast(conn, ballot(message, ruled({"U1": 3}), allowance=10)))
    day, (giver, other) = message.at.date(), map(rules_of().identify, ("U2", "U1"))

    async def read_spent(giver, day):
        return await database.run(lambda conn: limits.read_spent(conn, "T1", giver, day))

    assert [await read_spent(giver, day), await read_spent(other, day)] == [3, 0]
    tomorrow = day + timedelta(days=1)
    assert await read_spent(giver, tomorrow) == 0
    # Whose day began later than 20 hours ago is still spending it.
    await rows(database, "UPDATE giver_days SET since = now() - interval '19 hours' RETURNING 1")
    assert await read_spent(giver, tomorrow) == 3
