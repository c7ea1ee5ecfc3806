"""How long the app waits for whom, in seconds: made once in the wiring, given to what waits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class SocketTimings:
    """How long the connections of Socket Mode wait for what."""

    first_pause: float = 1.0
    longest_pause: float = 60.0
    stable_after: float = 30.0
    """What lasted as long as this is replaced without a pause."""
    hello: float = 10.0
    heartbeat: float = 10.0
    apart: float = 0.4
    """Two connections are asked for so far from each other."""
    grace: float = 15.0
    """An old connection is heard as long as this beside the new one."""
    drain: float = 5.0
    """All connections together have this long to acknowledge what is under way at the end."""


@dataclass(frozen=True, slots=True)
class GreetingTimings:
    """How those are greeted who are new."""

    gather: float = 0.5
    """Greetings of as long are looked for together."""
    apart: float = 0.6
    """Between two of them in a workspace: Slack takes some 100 private messages a minute (tier 4
    of its rate limits), and hints and refusals are to find room among them."""
    at_once: int = 20
    """So many may come without that: most days have fewer."""

    def space(self, now: datetime, waiting: int, count: int) -> list[datetime]:
        """Return when each of *count* greetings is due, where *waiting* wait already."""
        places = range(waiting + 1, waiting + count + 1)
        return [now + max(0, nr - self.at_once) * timedelta(seconds=self.apart) for nr in places]


@dataclass(frozen=True, slots=True)
class Timings:
    """The patience of everybody who waits, and the pace of what is said.

    Slack waits 3 s for an answer: whatever an answer waits for, one after the other, has less.
    """

    database: float = 2.5
    """For the database; what is not stored by then is answered 503 and sent again."""
    page: float = 2.0
    """For the database, where a page tells how it is."""
    start: float = 30.0
    """For the database, when the app starts."""
    start_pauses: tuple[float, float] = (0.5, 5.0)
    """The first pause between two tries to start, and the longest."""
    body: float = 5.0
    """For the body of a request to arrive."""
    lookup: float = 0.9
    """For what Slack is asked before something can be shown."""
    answer: float = 1.2
    """For Slack to take an answer, or to say whether there may be one."""
    form: float = 2.0
    """For Slack to open a form or to publish a page; its trigger is gone after 3 s."""
    work: float = 1.5
    """For what a form was sent for, before it says that this takes longer: it was asked about
    before, and Slack waits 3 s."""
    call: float = 10.0
    """For Slack to take what nobody waits for."""
    picture: float = 30.0
    """For a chart; the first one on a machine looks at every font there is."""
    posts: float = 1.0
    """From Slack's answer to a post to the next post in that channel: whatever the network takes,
    Slack gets them no closer to each other."""
    posts_apart: float = 0.0125
    """Between two posts of a process in a workspace, on the average: Slack takes "several hundred
    messages per minute" of each and bursts of more, and votes wait while many posts begin."""
    looks: float = 0.1
    """Between two looks for replies in a workspace: what comes meanwhile is taken together."""
    waiting_looks: float = 1.0
    """Between two looks in a workspace where something is being said, or waits for later."""
    home_looks: float = 0.5
    """Between two looks at what open pages show: with `homes_apart` and a call, less than 2."""
    homes_apart: float = 1.0
    """Between two publications of a page that nobody has asked for."""
    charts: Sequence[float] = (1.0, 2.0, 5.0)
    """Before each try to show a chart."""
    timers: float = 5.0
    """Between two looks at what is due by itself: an idle app asks the database no more often."""
    members: float = 0.0
    """Before the members of a workspace are read, at the start, of whom none is known."""
    channels: float = 0.0
    """Before Slack is asked, at the start, which channels are public."""
    greetings: GreetingTimings = field(default_factory=GreetingTimings)
    statistics: float = 1.0
    """Between two looks at whether there are many more votes than before."""
    long_boards: float = 45.0
    """Between two looks at what the boards of quarters and years have to follow."""
    sockets: SocketTimings = field(default_factory=SocketTimings)


PRODUCTION = Timings()


def to_ms(seconds: float, digits: int = 1) -> float:
    """Return *seconds* as milliseconds."""
    return round(seconds * 1000, digits)
