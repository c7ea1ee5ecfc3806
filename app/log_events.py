"""Registry of log events: level, fields, meaning, and what an operator should do.

docs/operate/log.md is generated from it, and a test checks every logging call against it.
"""

from typing import Final, NamedTuple


class LogEvent(NamedTuple):
    """One log event; *levels* and *fields* are space-separated."""

    name: str
    levels: str
    fields: str
    meaning: str
    remedy: str = ""


# A table with one row for each event, whatever its length.
# fmt: off
# ruff: noqa: E501
E = LogEvent
EVENTS: Final = (
    E("action.refused", "info", "action reason team user", "a button or a form wasn't as Slack sends it, or its sender may not use it; nothing was done"),
    E("admin.adjusted", "info", "team user ms", "an admin or manager gave or took points; `/karma audit` tells what each action changed"),
    E("admin.banned", "info", "team user ms", "they paused somebody's points"),
    E("admin.merged", "info", "team user ms", "they merged two people or two things"),
    E("admin.not_merged", "warning", "team reason", "a merge, or undoing one, wasn't stored in time; whoever asked was told so", "`/karma audit` shows whether it was done after all; otherwise ask again once the database answers"),
    E("admin.token_short", "warning", "characters at_least", "`ADMIN_TOKEN` could be guessed", "set one of `openssl rand -hex 24`, and tell Prometheus"),
    E("admin.unbanned", "info", "team user ms", "they lifted a ban"),
    E("admin.unmerged", "info", "team user ms", "they undid a merge"),
    E("answer.failed", "warning", "action team reason", "Slack didn't take the answer to a button or a command, mostly because it came too late; the outbox posts it where it can", "nothing if rare; otherwise look for `database.slow`"),
    E("background.failed", "error", "exception", "something besides the votes (tidying, an App Home, the first greeting of Slack) ended with an error; it's begun again after a second, later after up to a minute", "[error](#errors)"),
    E("boost.changed", "info", "team boost what", "a [boost](../admin/admins.md#boosts) was begun, extended, paused, resumed, ended, or has ended by itself; `boost` is its number"),
    E("catchup.channel", "info", "channel messages votes", "a channel was read"),
    E("catchup.done", "info", "channels skipped messages votes seconds", "everything that was missed has been read"),
    E("catchup.elsewhere", "info", "team", "another process is catching up"),
    E("catchup.failed", "error", "channel ts exception", "one message couldn't be counted", "[error](#errors); then `bin/catch-up --since` its day"),
    E("catchup.progress", "info", "channel done", "how far a channel has been read"),
    E("catchup.skipped", "warning", "channel reason", "Slack doesn't show a channel's history; the others are read", "invite the app, or nothing"),
    E("catchup.stopped", "warning", "reason permanent", "reading what was missed has stopped; unless `permanent`, it goes on in a minute", "if `permanent`: by the [reason](#what-slack-says), then restart or `bin/catch-up --resume`"),
    E("catchup.waits", "info", "reason wait", "Slack asks to wait"),
    E("channel.followed", "info", "team former channel votes heard_twice ms", "Slack gave a channel another id, as to a private one of old that is shared; all that was `former`'s is `channel`'s now: `votes` rows of the ledger. `heard_twice` is how many messages had come by both ids; they count once"),
    E("channel.unchecked", "info", "channel reason", "Slack wouldn't say whether the app and a person are in a channel; no points were given there, and the person was told"),
    E("channel.unknown", "info", "channel reason", "Slack wouldn't say whether a channel is private, so it counts as private unless it was heard to be public"),
    E("channels.unchecked", "info", "reason", "which channels are public couldn't be asked anew; it's asked again a minute later, or an hour where Slack refuses for good, and until then none is shown elsewhere that isn't known"),
    E("channels.unknown", "info", "reason", "Slack wouldn't say whether the app is in any channel, so that's assumed"),
    E("chart.not_sent", "warning", "team public reason", "somebody's chart couldn't be sent; they were told", "by the [reason](#what-slack-says); `files:write` is the scope"),
    E("chart.not_shown", "info", "team reason", "Slack didn't show a chart in the answer; it was sent as a file instead"),
    E("chart.sent", "info", "team public ms", "somebody's chart was delivered, `public` if to everyone"),
    E("chart_worker.ended", "info", "pid status", "the process that draws charts was ended with the server, or because it didn't draw; after five idle minutes it goes by itself"),
    E("chart_worker.started", "info", "pid", "the process that draws charts was started for the first one"),
    E("database.away", "warning", "reason again_in", "a start waits for the database, for 30 seconds", "[database away](troubleshoot.md#database-away)"),
    E("database.forbidden", "error", "reason", "`/health` answers 503, because the role of `DATABASE_URL` may not do all that the app does", "grant [what it lacks](deploy.md#the-role-of-the-server)"),
    E("database.slow", "warning", "statement ms error", "a statement took longer than `DB_SLOW_STATEMENT_MS`", "nothing for single ones; otherwise [database slow](troubleshoot.md#database-slow)"),
    E("digest.written", "info", "team day people", "the digests of a day wait to be sent"),
    E("directory.failed", "info", "team reason people", "not all people of the workspace could be read (`people` were), so some typed names aren't known; tried again in five minutes", "if it stays, by the [reason](#what-slack-says); `users:read` is the scope"),
    E("directory.read", "info", "team people", "all people of the workspace were read, as at a first start and every day"),
    E("envelope.failed", "error", "exception", "an event over a socket ended with an error; it comes again", "[error](#errors)"),
    E("envelope.unacknowledged", "info", "reason", "a connection went before an event could be acknowledged; it comes again and changes nothing"),
    E("event.failed", "error", "event_id exception", "an event was answered 503; Slack sends it again", "[error](#errors)"),
    E("event.misshapen", "info", "event_id error envelope", "a request didn't have Slack's shape and was answered 400"),
    E("event.unavailable", "warning", "event_id reason", "an event was answered 503 and comes again", "nothing for a few; otherwise [database away](troubleshoot.md#database-away), or, if the reason is `the members of a group`, [what Slack says](#what-slack-says)"),
    E("export.failed", "warning", "reason", "`GET /export/database` was cut off: the database went away, or the reader stopped reading for a minute", "download it again, or use `bin/export`"),
    E("fairplay.shown", "info", "team user rows ms", "an admin looked at `/karma fairplay`, which read so many rows of the ledger"),
    E("form.not_opened", "info", "team reason", "Slack didn't open a form"),
    E("form.not_updated", "info", "team reason", "a form was closed before it was answered"),
    E("greetings.failed", "error", "exception", "some people who are new aren't greeted: a fault in pptbot", "[error](#errors)"),
    E("greetings.wait", "info", "reason", "the database is away; who is new is looked for again, and told later"),
    E("group.unasked", "info", "group", "Slack wasn't asked for a group's members, because one person named too many unknown groups within a minute"),
    E("group.unknown", "warning", "reason permanent", "Slack didn't say who is in a group; if `permanent`, its members get nothing", "by the [reason](#what-slack-says); `usergroups:read` is the scope"),
    E("home.published", "info", "team ms", "somebody's App Home was published"),
    E("home.waits", "warning", "reason", "somebody's App Home isn't up to date; logged once until it is", "nothing: it's done later. If the reason isn't the database: [what Slack says](#what-slack-says)"),
    E("http.failed", "error", "path exception", "a request to a page was answered 500", "[error](#errors)"),
    E("import.adopted", "info", "team rows", "what was [imported](../admin/import.md#import) before the workspace was known now belongs to it"),
    E("karma.shown", "info", "team what ms failed", "somebody used `/karma` or a button of its answer; `what` is the word (`card`, `history`, `opt-out`, …), `unclear` and `voting` where it wasn't understood"),
    E("leaderboard.shown", "info", "team ms", "somebody used `/leaderboard`"),
    E("leaderboard.switched", "info", "team ms", "somebody pressed a button below a board"),
    E("listening.waits", "warning", "channels", "how far channels were heard isn't stored yet", "nothing if it stops: catching up would read a little more"),
    E("long_boards.done", "debug", "changed", "so many scores of quarters and years have followed the votes"),
    E("long_boards.late", "warning", "team reason", "the boards of quarters and years of one workspace wait for the next round", "if it goes on: [Database slow](troubleshoot.md#database-slow)"),
    E("long_boards.skipped", "info", "reason", "the boards of quarters and years wait, because the database is away"),
    E("member.exported", "info", "team votes ms", "somebody was sent their own data; like the next ones, it doesn't say who"),
    E("member.forgotten", "info", "team rows ms", "somebody was forgotten; so many rows of the ledger named them"),
    E("member.not_exported", "warning", "team reason", "somebody's own data couldn't be sent; they were told", "by the [reason](#what-slack-says): `files:write` and `im:write` are the scopes; then they can ask again"),
    E("member.not_forgotten", "warning", "team reason", "somebody wasn't forgotten; they were told", "ask them to use `/karma forget-me` again once the database answers"),
    E("member.opted_in", "info", "team", "somebody opted in again"),
    E("member.opted_out", "info", "team", "somebody opted out"),
    E("member.unchecked", "info", "user reason", "Slack wouldn't say whether the giver that a workflow names is a member"),
    E("name.not_stored", "info", "users", "the database didn't take names"),
    E("name.unknown", "info", "user reason", "Slack wouldn't give a name"),
    E("organization.unknown", "info", "reason", "Slack wouldn't say what another organization is called; its people are shown as external"),
    E("outbox.failed", "error", "exception", "a round of posting answers failed; it's tried again in some seconds", "if it goes on, answers wait: [error](#errors)"),
    E("outbox.waits", "info warning", "reason", "the database is away, and answers wait in it", "nothing; they're posted later"),
    E("ranks.not_counted", "warning", "board reason", "the ranks of a large board couldn't be counted in time; people see their points without a rank, and it's tried again", "nothing if rare; otherwise [database slow](troubleshoot.md#database-slow)"),
    E("recap.written", "info", "team channel period", "the recap of a week or month waits to be posted"),
    E("reply.again", "info", "channel reason wait", "an answer will be tried again"),
    E("reply.dropped", "warning", "channel reason replies", "an answer was given up; its votes count", "by the [reason](#what-slack-says). `too old`: nothing could be posted for 24 hours. `may have been said`: the app was killed while it told one person"),
    E("reply.failed", "error", "channel exception", "an answer couldn't be made; it's tried again", "[error](#errors)"),
    E("reply.not_found", "info", "reason", "an answer that may have been posted couldn't be looked for"),
    E("reply.posted", "info", "channel kind replies", "answers were posted, or the app has reacted"),
    E("reply.skipped", "info", "kind replies", "a direct message wasn't sent, because its reader is not to get one or nothing was left to tell"),
    E("reply.waits", "warning", "channel reason", "the database is away, and an answer waits in it", "nothing; it's posted later"),
    E("report.not_sent", "warning", "team reason", "a monthly report couldn't be sent; whoever asked was told", "by the [reason](#what-slack-says)"),
    E("report.sent", "info", "team period rows ms", "an admin or manager was sent the report of a month"),
    E("role.unknown", "info", "team reason", "Slack wouldn't say whether somebody is an admin, so they were treated as if not"),
    E("rules.wait", "info", "reason", "settings, bans and who has opted out can't be read, because the database is away; what was known holds"),
    E("season.begun", "info", "team season ms", "an admin or manager has begun the season of that number"),
    E("server.first_start", "info", "next", "Slack takes the token, and nothing was ever heard here; what to do next"),
    E("server.ready", "info", "host port", "the server takes requests"),
    E("server.stopped", "info", "", "the server has stopped"),
    E("server.stopping", "info", "", "the server finishes what is under way"),
    E("settings.changed", "info", "team channel names ms", "somebody saved these settings, for one channel or, where that's empty, for the workspace"),
    E("settings.not_stored", "warning", "team reason", "settings couldn't be saved because the database is away; whoever saved was told", "[database away](troubleshoot.md#database-away); then they can save again"),
    E("slack.auth", "info warning", "team enterprise bot reason permanent", "the app has learned who it is in Slack; as a warning, it couldn't, and if `permanent` it has given up", "by the [reason](#what-slack-says)"),
    E("socket.disconnected", "info warning", "socket reason pause", "a connection ended and is opened anew after `pause` seconds; a warning if the reason is unusual", "nothing if `socket.up` follows; otherwise [sockets](troubleshoot.md#sockets)"),
    E("socket.failed", "error", "exception", "a connection of Socket Mode ended with an error; another one is opened after a second, later after up to a minute", "[error](#errors)"),
    E("socket.refused", "error", "socket reason", "Slack refuses a connection for good", "[sockets](troubleshoot.md#sockets)"),
    E("socket.up", "info", "socket connections", "a connection of Socket Mode is up"),
    E("statistics.done", "debug", "waiting", "PostgreSQL has looked anew at tables that have grown; so many others still wait for it"),
    E("statistics.skipped", "info", "reason", "tables that have grown wait to be looked at, because the database is away"),
    E("step.not_ended", "info", "team reason", "Slack didn't take the end of a workflow's step; it tells of the step again"),
    E("table.refused", "warning", "kind instead reason", "Slack doesn't know this kind of table; a plainer one is used until the next start", "nothing"),
    E("thread.unknown", "info", "channel reason", "Slack wouldn't say in which thread a message is, so the answer begins one"),
    E("timer.failed", "error", "team kind exception", "what is due by itself couldn't be done; it's tried again after a minute", "[error](#errors)"),
    E("timer.skipped", "warning", "team kind timers", "digests or a recap (`kind`) were due while the app or its database was away, and are [too late](reliability.md#what-happens-by-itself) now; their next time holds", "nothing"),
    E("timers.wait", "info", "reason", "what happens by itself waits, because the database is away"),
    E("upkeep.done", "debug", "removed", "the hourly tidying removed so many rows"),
    E("upkeep.late", "warning", "team reason", "what was to be removed from a table is left for the next hour, since that takes too long or somebody holds it", "if it goes on: [Database slow](troubleshoot.md#database-slow)"),
    E("upkeep.skipped", "info", "reason", "the hourly tidying found no database"),
    E("vote.cast", "info", "team channel votes ms", "a message's votes are stored"),
    E("vote.edited", "info", "team channel votes ms", "an edit has changed them"),
    E("vote.given", "info", "team channel votes ms", "a form or a workflow's step has given points"),
    E("vote.meant", "info", "team channel votes ms", "somebody has said whom a typed name means, and that vote counts"),
    E("vote.reacted", "info", "team channel votes ms", "a reaction has given or taken points"),
    E("vote.undone", "info", "team channel votes ms", "somebody took votes back with `/karma undo` or its button"),
    E("vote.withdrawn", "info", "team channel votes ms", "a deleted message's votes were taken back"),
)
# fmt: on


def render_table() -> str:
    """Return the Markdown table in docs/operate/log.md."""
    rows = [
        (
            f"`{each.name}`",
            each.levels.replace(" ", ", "),
            ", ".join(f"`{field}`" for field in each.fields.split()),
            each.meaning + (f". **Do**: {each.remedy}" if each.remedy else ""),
        )
        for each in EVENTS
    ]
    head = [("event", "level", "fields", "means, and what to do"), ("---",) * 4]
    return "\n".join("| " + " | ".join(row) + " |" for row in [*head, *rows])
