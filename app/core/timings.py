"""Timeouts and intervals in seconds, built once in the wiring and passed to whatever waits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class SocketTimings:
    """Timeouts and pauses of Socket Mode connections."""

    first_pause: float = 1.0
    longest_pause: float = 60.0
    stable_after: float = 30.0
    """A connection that lasted this long is replaced without a pause."""
    hello: float = 10.0
    heartbeat: float = 10.0
    apart: float = 0.4
    """Between two requests for a connection; each gap is a random half to all of it."""
    grace: float = 15.0
    """How long an old connection keeps receiving alongside its replacement."""
    drain: float = 5.0
    """For all connections together, to acknowledge what is in flight at shutdown."""


@dataclass(frozen=True, slots=True)
class GreetingTimings:
    """The pace of greetings to newcomers."""

    gather: float = 0.5
    """How long possible newcomers are collected into one batch."""
    apart: float = 0.6
    """Between two greetings in a workspace: Slack takes about 100 private messages a minute (tier
    4 of its rate limits), and hints and refusals need room among them."""
    at_once: int = 20
    """How many may be sent without that gap: most days have fewer."""

    def space(self, now: datetime, waiting: int, count: int) -> list[datetime]:
        """Return when each of *count* greetings is due, with *waiting* already queued."""
        places = range(waiting + 1, waiting + count + 1)
        return [now + max(0, nr - self.at_once) * timedelta(seconds=self.apart) for nr in places]


@dataclass(frozen=True, slots=True)
class Timings:
    """Timeouts, and the pace of outgoing posts.

    Slack waits 3 s for a response, so all waits in a response's path, in sequence, take less.
    """

    database: float = 2.5
    """For the database; an event not stored by then is answered 503, and Slack redelivers it."""
    event: float = 2.8
    """For a message or a reaction in all: for others of its workspace, Slack and the database."""
    page: float = 2.0
    """For the database, when a status page reads from it."""
    start: float = 30.0
    """For the database, at startup."""
    shutdown: float = 9.0
    """For everything at shutdown: platforms kill a process 10 s after SIGTERM."""
    start_pauses: tuple[float, float] = (0.5, 5.0)
    """The first and the longest pause between attempts to start."""
    body: float = 5.0
    """For a request's body to arrive."""
    lookup: float = 0.9
    """For a lookup at Slack that has to finish before something can be shown."""
    answer: float = 1.2
    """For Slack to accept an answer, or to say whether there may be one."""
    form: float = 2.0
    """For Slack to open a form or publish a page; its trigger expires after 3 s."""
    work: float = 1.5
    """For a submitted form's work, before the form says that it takes longer: other lookups come
    first, and Slack waits 3 s."""
    preview: float = 30.0
    """For reading a recap that a manager waits for: 300,000 votes in a month take about 10."""
    call: float = 10.0
    """For Slack calls that nobody is waiting for."""
    picture: float = 30.0
    """For a chart; the first one on a machine scans all fonts."""
    posts: float = 1.0
    """From Slack's response to a post to the next post in that channel: so posts never reach Slack
    closer together, however long the network takes."""
    posts_apart: float = 0.0125
    """Between two posts of a process in a workspace, on average: Slack takes "several hundred
    messages per minute" per workspace, and larger bursts; votes wait while many posts begin."""
    poll: float = 0.1
    """Between two polls for replies in a workspace: what arrives in between is taken together."""
    waiting_poll: float = 1.0
    """Between two polls in a workspace with posts in flight, or replies due later."""
    retries: tuple[float, float] = (1.0, 60.0)
    """The first and the longest pause before a failed post is tried again; each time it doubles."""
    home_poll: float = 0.5
    """Between two checks of open App Homes: with `homes_apart` and a call, less than 2 in all."""
    homes_apart: float = 1.0
    """Between two publications of an App Home that nobody has asked for."""
    charts: Sequence[float] = (1.0, 2.0, 5.0)
    """Before each attempt to show a chart."""
    timers: float = 5.0
    """Between two polls for due timers: an idle app queries the database no more often."""
    members: float = 0.0
    """At startup, before reading the members of a workspace with no known members."""
    channels: float = 0.0
    """At startup, before asking Slack which channels are public."""
    greetings: GreetingTimings = field(default_factory=GreetingTimings)
    statistics: float = 1.0
    """Between two checks of whether there are many more votes than before."""
    long_boards: float = 45.0
    """Between two checks for votes that the boards of quarters and years don't count yet."""
    sockets: SocketTimings = field(default_factory=SocketTimings)


PRODUCTION = Timings()


def to_ms(seconds: float, digits: int = 1) -> float:
    """Return *seconds* as milliseconds."""
    return round(seconds * 1000, digits)
