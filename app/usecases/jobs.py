"""All scheduled jobs, by kind of timer: the one list to which a new kind is added."""

from typing import Final

from app.core.timers import TimerKind
from app.usecases import boosts, notices, recaps
from app.usecases.timers import Job, Jobs

JOBS: Final[Jobs] = {
    TimerKind.DIGEST: Job(notices.write_digests, notices.plan_digests),
    TimerKind.RECAP: Job(recaps.write_recap, recaps.plan_recaps),
    TimerKind.FEED: Job(notices.follow_ledger, notices.plan_feed),
    TimerKind.BOOST_WARNING: Job(boosts.announce_due),
    TimerKind.BOOST_END: Job(boosts.announce_due),
}
