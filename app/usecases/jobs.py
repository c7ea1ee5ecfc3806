"""All that happens by itself, by its kind: the one list that a new kind is added to."""

from typing import Final

from app.core.timers import TimerKind
from app.usecases import boosts
from app.usecases.notices import DIGESTS, FEED
from app.usecases.recaps import RECAPS
from app.usecases.timers import Jobs

JOBS: Final[Jobs] = {
    TimerKind.DIGEST: DIGESTS,
    TimerKind.RECAP: RECAPS,
    TimerKind.FEED: FEED,
    TimerKind.BOOST_WARNING: boosts.WARNINGS,
    TimerKind.BOOST_END: boosts.ENDS,
}
