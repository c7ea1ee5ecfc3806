"""How many examples Hypothesis tries: a few wherever somebody works, all of them in CI."""

import os

import hypothesis
import hypothesis.strategies

_TIMES = {"quick": 0.2, "full": 1, "long": 10}
PROFILE = os.environ.get("HYPOTHESIS_PROFILE") or ("full" if os.environ.get("CI") else "quick")


def scaled(count: int) -> int:
    """Return how many examples the profile tries where the full one tries *count*."""
    return max(1, round(count * _TIMES[PROFILE]))


def load_profile() -> None:
    """Let every property test go by the profile that HYPOTHESIS_PROFILE names."""
    # Machines are slow at times: how long an example takes proves nothing, nor how long a
    # database takes to be there for it.
    slow = [hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture]
    hypothesis.settings.register_profile(
        "house", deadline=None, max_examples=scaled(100), suppress_health_check=slow
    )
    hypothesis.settings.load_profile("house")


def note_characters() -> None:
    """Let Hypothesis find which characters there are, for seconds, and note them in a file."""
    hypothesis.strategies.text().validate()
