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
    E("action.refused", "info", "action reason team user", "a button or form was malformed, or the sender may not use it or see the board or App Home; nothing was changed"),
    E("admin.adjusted", "info", "team user ms", "an admin or manager added or removed points; `/karma audit` shows what each action changed"),
    E("admin.banned", "info", "team user ms", "an admin or manager banned a person from giving points"),
    E("admin.merged", "info", "team user ms", "an admin or manager merged two people or two things"),
    E("admin.not_merged", "warning", "team reason", "the database didn't store a merge, or undoing one, in time, or the server stopped first; the admin or manager was told", "`/karma audit` shows whether it was done after all; otherwise try again once the database is back"),
    E("admin.token_short", "warning", "characters at_least", "`ADMIN_TOKEN` is short enough to be guessed", "set one from `openssl rand -hex 24`, and update it in Prometheus"),
    E("admin.unbanned", "info", "team user ms", "an admin or manager lifted a ban"),
    E("admin.unmerged", "info", "team user ms", "an admin or manager undid a merge"),
    E("answer.failed", "warning", "action team reason", "Slack didn't accept the response to a button or command, usually because it came too late; if possible, it's posted from the outbox", "nothing if rare; otherwise look for `database.slow`"),
    E("background.failed", "error", "exception", "a background task (such as cleanup, App Homes, or learning the app's identity) raised an error; it's restarted after a second, with longer pauses of up to a minute if it keeps failing. One that somebody started, such as an export, isn't restarted", "[error](#errors)"),
    E("boost.changed", "info", "team boost what", "a [boost](../admin/admins.md#boosts) was started, extended, paused, resumed or ended, or has expired; `boost` is its number"),
    E("catchup.channel", "info", "channel messages votes", "a channel's history has been read"),
    E("catchup.done", "info", "channels skipped messages votes seconds", "everything that was missed has been read, except in channels that were skipped or postponed"),
    E("catchup.elsewhere", "info", "team", "another process is catching up"),
    E("catchup.failed", "error", "channel ts exception", "an error in one message: its votes weren't counted", "[error](#errors); then `bin/catch-up --since` that day"),
    E("catchup.postponed", "warning", "channel reason", "a channel's history can't be read now; the others are read, and it's tried again a minute later", "if it lasts: see the [reason](#errors-from-slack)"),
    E("catchup.progress", "info", "channel done", "how much of a channel has been read"),
    E("catchup.skipped", "warning", "channel reason", "Slack doesn't show a channel's history; the other channels are read", "invite the app, or nothing"),
    E("catchup.stopped", "warning", "reason permanent", "catching up has stopped; unless `permanent`, it resumes within a minute", "if `permanent`: see the [reason](#errors-from-slack), then restart or run `bin/catch-up --resume`"),
    E("catchup.waits", "info", "reason wait", "a call to Slack failed or hit its rate limit; it's retried after `wait` seconds"),
    E("channel.followed", "info", "team former channel votes heard_twice ms", "Slack changed a channel's id, for example because an old private channel was shared. All data of `former` has moved to `channel`, including `votes` rows of the ledger. `heard_twice` messages had arrived under both ids; they count once"),
    E("channel.unchecked", "info", "channel reason", "Slack didn't say who is in a channel. For a form or a workflow step, no points were given and the giver was told; a person named in a message is taken to be in the channel"),
    E("channel.unknown", "info", "channel reason", "Slack didn't say whether a channel is private; the app uses what it knew, and otherwise treats the channel as private"),
    E("channels.unchecked", "info", "reason", "Slack or the database didn't answer when the app checked which channels are public. It retries after a minute, or after an hour if Slack refuses permanently; until then, channels that aren't known to be public aren't shown elsewhere"),
    E("channels.unknown", "info", "reason", "Slack didn't say whether the app is in any channel; the app assumes that it is"),
    E("chart.not_sent", "warning", "team public reason", "a chart couldn't be sent; the person was told", "see the [reason](#errors-from-slack); the scope is `files:write`"),
    E("chart.not_shown", "info", "team reason", "Slack didn't show a chart in the response; it was sent as a file instead"),
    E("chart.sent", "info", "team public ms", "a chart was sent; `public` means to everyone"),
    E("chart_worker.ended", "info", "pid status", "the process that draws charts was stopped, because the server stopped, or a chart failed or took too long; after five idle minutes it exits by itself"),
    E("chart_worker.started", "info", "pid", "the process that draws charts was started for the first chart"),
    E("clock.differs", "warning", "of ahead", "the clock of `slack` or the `database` is `ahead` of this machine's by more than a minute (behind, if negative); logged once an hour for each. [What goes by which clock](reliability.md#clocks)", "synchronize all clocks (NTP)"),
    E("database.away", "warning", "reason again_in", "a start is waiting for the database, for up to 30 seconds", "[database away](troubleshoot.md#database-away)"),
    E("database.forbidden", "error", "reason", "`/health` returns 503 because the role in `DATABASE_URL` lacks privileges that the app needs", "grant [what it lacks](deploy.md#the-role-of-the-server)"),
    E("database.slow", "warning", "statement ms error", "a statement took longer than `DB_SLOW_STATEMENT_MS`", "nothing if rare; otherwise [database slow](troubleshoot.md#database-slow)"),
    E("digest.written", "info", "team day people", "the digests of a day are queued"),
    E("directory.failed", "info", "team reason people", "not all members of the workspace could be read (`people` were), so some typed names aren't known; retried in five minutes", "if it persists, see the [reason](#errors-from-slack); the scope is `users:read`"),
    E("directory.read", "info", "team people", "all members of the workspace were read, as on the first start and every day"),
    E("envelope.failed", "error", "exception", "an event from a socket raised an error; Slack sends it again", "[error](#errors)"),
    E("envelope.unacknowledged", "info", "reason", "a connection was lost before an event could be acknowledged; Slack sends it again, without effect"),
    E("event.failed", "error", "event_id exception", "an event raised an error and got a 503; Slack sends it again", "[error](#errors)"),
    E("event.misshapen", "info", "event_id error envelope", "a request was malformed and got a 400"),
    E("event.unavailable", "warning", "event_id reason", "an event got a 503 for the `reason` given; Slack sends it again", "nothing if rare; otherwise [database away](troubleshoot.md#database-away), or, if the reason is `the members of a group`, [what Slack says](#errors-from-slack)"),
    E("export.failed", "warning", "reason", "`GET /export/database` was cut off: the connection to the database was lost, or the client read nothing for a minute", "download it again, or use `bin/export`"),
    E("fairplay.shown", "info", "team user rows ms", "an admin or manager viewed `/karma fairplay`, which read `rows` rows of the ledger"),
    E("form.not_opened", "info", "team reason", "Slack didn't open a form"),
    E("form.not_updated", "info", "team reason", "Slack didn't update a form, usually because it was closed or (`hash_conflict`) shows something newer, or didn't take the direct message sent instead"),
    E("greetings.failed", "error", "exception", "an error in pptbot: some new people aren't greeted", "[error](#errors)"),
    E("greetings.wait", "info", "reason", "the database is away; new people are looked up and greeted later"),
    E("group.unasked", "info", "group", "a group's members weren't looked up, because one person named too many unknown groups within a minute"),
    E("group.unknown", "warning", "reason permanent", "Slack didn't list a group's members. Those last known count; if there are none, the group gets nothing if `permanent`, and otherwise Slack sends the event again", "see the [reason](#errors-from-slack); the scope is `usergroups:read`"),
    E("home.published", "info", "team ms", "an App Home was published"),
    E("home.waits", "warning", "reason", "an App Home isn't up to date; logged once until it is", "nothing: it's updated later. If the reason isn't the database, see [what Slack says](#errors-from-slack)"),
    E("http.failed", "error", "path exception", "a request for a page raised an error and got a 500", "[error](#errors)"),
    E("import.adopted", "info", "team rows", "scores [imported](../admin/import.md#import) before the workspace was known now belong to it"),
    E("karma.shown", "info", "team what ms failed", "somebody used `/karma` or a button in its response; `what` is the subcommand (`card`, `history`, `opt-out`, …), `unclear` or `voting` if it wasn't understood, or `unread` if the database was away"),
    E("leaderboard.shown", "info", "team ms", "somebody used `/leaderboard`"),
    E("leaderboard.switched", "info", "team ms", "somebody pressed a button below a board"),
    E("listening.waits", "warning", "channels", "the database is away, so the last message received in each channel isn't stored yet", "nothing unless it persists: catching up would reread a little more"),
    E("long_boards.done", "debug", "changed", "`changed` scores of quarters and years were updated from new votes"),
    E("long_boards.late", "warning", "team reason", "a workspace's boards of quarters and years couldn't be updated; retried in the next round", "if it persists: [Database slow](troubleshoot.md#database-slow)"),
    E("long_boards.skipped", "info", "reason", "the database is away; boards of quarters and years are updated later"),
    E("member.exported", "info", "team votes ms", "somebody was sent their own data; like the other `member` events about personal data, it doesn't say who"),
    E("member.forgotten", "info", "team rows ms", "somebody was forgotten; `rows` rows of the ledger named them"),
    E("member.not_exported", "warning", "team reason", "somebody's own data couldn't be sent; they were told", "see the [reason](#errors-from-slack); the scopes are `files:write` and `im:write`. Then they can ask again"),
    E("member.not_forgotten", "warning", "team reason", "somebody couldn't be forgotten; they were told", "ask them to use `/karma forget-me` again once the database is back"),
    E("member.opted_in", "info", "team", "somebody opted in again"),
    E("member.opted_out", "info", "team", "somebody opted out"),
    E("member.unchecked", "info", "user reason", "Slack didn't say whether the giver named by a workflow is a member"),
    E("name.not_stored", "info", "users", "the database is away, so `users` names weren't stored"),
    E("name.unknown", "info", "user reason", "Slack didn't return a person's name"),
    E("organization.unknown", "info", "reason", "Slack didn't return another organization's name; its people are shown as external"),
    E("outbox.failed", "error", "exception", "an error while posting replies; retried after a few seconds", "if it persists, replies wait: [error](#errors)"),
    E("outbox.waits", "info warning", "reason", "the database is away; replies wait in it", "nothing; they're posted later"),
    E("ranks.not_counted", "warning", "board reason", "the ranks of a large board couldn't be counted in time; people see their points without a rank until a retry succeeds", "nothing if rare; otherwise [database slow](troubleshoot.md#database-slow)"),
    E("recap.written", "info", "team channel period", "the recap of a week or month is queued"),
    E("reply.again", "info warning", "channel reason wait", "a reply wasn't posted; retried after `wait` seconds. As a warning, Slack refuses the token", "if a warning, see the [reason](#errors-from-slack)"),
    E("reply.dropped", "warning", "channel reason replies", "a reply was given up; its votes count", "see the [reason](#errors-from-slack). `too old`: nothing could be posted for 24 hours. `may have been said`: the app was killed while it sent a message to one person"),
    E("reply.failed", "error", "channel exception", "an error while rendering or posting a reply; it's retried", "[error](#errors)"),
    E("reply.not_found", "info", "reason", "Slack doesn't let the app check whether a reply was posted already"),
    E("reply.posted", "info", "channel kind replies", "replies were posted, or a reaction was added"),
    E("reply.skipped", "info", "kind replies", "a direct message wasn't sent, because its recipient doesn't want it or there was nothing left to say"),
    E("reply.waits", "warning", "channel reason", "the database is away; a reply waits in it", "nothing; it's posted later"),
    E("report.not_sent", "warning", "team reason", "a monthly report couldn't be sent; the person was told", "see the [reason](#errors-from-slack)"),
    E("report.sent", "info", "team period rows ms", "an admin or manager was sent a monthly report"),
    E("request.refused", "warning", "reason ahead", "requests get a 401; logged once a minute for each reason. `timestamp`: the signature is right, but the request was made more than 5 minutes from now: this machine's clock is wrong (by `ahead` seconds), or somebody repeats an old request. `signature`: it wasn't made with `SLACK_SIGNING_SECRET`", "`timestamp`: synchronize the clock (NTP); `signature`: nothing if Slack's requests count; otherwise copy the *Signing Secret* again"),
    E("role.unknown", "info", "team reason", "Slack didn't say whether somebody is an admin, so they were treated as if they weren't"),
    E("rules.wait", "info", "reason", "the database is away, so settings, bans and opt-outs can't be read; the last known ones apply"),
    E("season.begun", "info", "team season ms", "an admin or manager began the season with that number"),
    E("server.first_start", "info", "next", "Slack accepts the token, and the app has never received an event; `next` says what to do"),
    E("server.ready", "info", "host port", "the server accepts requests"),
    E("server.stopped", "info warning", "reason", "the server has stopped; as a warning, before everything was finished, because something didn't respond", "nothing; unanswered deliveries are repeated"),
    E("server.stopping", "info", "", "the server is finishing in-flight work"),
    E("settings.changed", "info", "team channel names ms", "somebody saved the settings in `names`, for `channel` or, if that's empty, for the whole workspace"),
    E("settings.not_stored", "warning", "team reason", "settings couldn't be saved because the database is away; the person was told", "[database away](troubleshoot.md#database-away); then they can save again"),
    E("slack.auth", "info warning", "team enterprise bot reason permanent", "the app has learned its own identity from Slack; as a warning, it couldn't, and if `permanent` it has given up", "see the [reason](#errors-from-slack)"),
    E("socket.disconnected", "info warning", "socket reason pause", "a Socket Mode connection ended and is reopened after `pause` seconds; a warning if the reason is unusual", "nothing if `socket.up` follows; otherwise [sockets](troubleshoot.md#sockets)"),
    E("socket.failed", "error", "exception", "an error in a Socket Mode connection; another one is opened after a second, with longer pauses of up to a minute if it keeps failing", "[error](#errors)"),
    E("socket.refused", "error", "socket reason", "Slack permanently refuses a connection", "[sockets](troubleshoot.md#sockets)"),
    E("socket.up", "info", "socket connections", "a Socket Mode connection is up"),
    E("statistics.done", "debug", "waiting", "PostgreSQL has updated its statistics of tables that have grown; `waiting` tables are left"),
    E("statistics.skipped", "info", "reason", "the database is away; statistics of tables that have grown are updated later"),
    E("step.not_ended", "info", "team reason", "Slack didn't accept the completion of a workflow step; unless it refuses permanently, it sends the step again, as it does any event. Points given are kept"),
    E("table.refused", "warning", "team kind instead reason", "Slack doesn't support this kind of table in `team`; a simpler one is used there for a day, or until the next start", "nothing"),
    E("thread.unknown", "info", "channel reason", "Slack didn't say which thread a message is in, so the reply starts one"),
    E("timer.failed", "error", "team kind exception", "a scheduled task raised an error; retried after a minute", "[error](#errors)"),
    E("timer.skipped", "warning", "team kind timers", "scheduled digests, a recap or posts about a boost (`kind`) came due while the app or its database was away, and are now [too late](reliability.md#what-happens-by-itself); later ones aren't affected", "nothing"),
    E("timers.wait", "info", "reason", "the database is away; scheduled tasks wait"),
    E("upkeep.done", "debug", "removed", "hourly cleanup removed `removed` rows"),
    E("upkeep.late", "warning", "team reason", "hourly cleanup of a table took too long or was blocked by a lock; retried in an hour", "if it persists: [Database slow](troubleshoot.md#database-slow)"),
    E("upkeep.skipped", "info", "reason", "the database is away, or one workspace took too long; hourly cleanup was skipped"),
    E("vote.cast", "info", "team channel votes ms", "a message's votes are stored"),
    E("vote.edited", "info", "team channel votes ms", "an edit changed a message's votes"),
    E("vote.given", "info", "team channel votes ms", "a form, `/karma give` or a workflow step gave points"),
    E("vote.meant", "info", "team channel votes ms", "somebody chose whom a typed name means, and the vote counts"),
    E("vote.reacted", "info", "team channel votes ms", "a reaction gave or took points"),
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
    head = [("event", "level", "fields", "meaning, and what to do"), ("---",) * 4]
    return "\n".join("| " + " | ".join(row) + " |" for row in [*head, *rows])
