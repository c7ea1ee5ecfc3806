"""The number of Hypothesis examples: few in local runs, all of them in CI."""

import os

import hypothesis
import hypothesis.strategies

_TIMES = {"quick": 0.2, "full": 1, "long": 10}
PROFILE = os.environ.get("HYPOTHESIS_PROFILE") or ("full" if os.environ.get("CI") else "quick")


def scaled(count: int) -> int:
    """Return the profile's number of examples where the full profile tries *count*."""
    return max(1, round(count * _TIMES[PROFILE]))


def load_profile() -> None:
    """Apply the profile named by HYPOTHESIS_PROFILE to every property test."""
    # On a busy machine the time of an example proves nothing, nor does that of its database
    # fixture.
    slow = [hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture]
    hypothesis.settings.register_profile(
        "house", deadline=None, max_examples=scaled(100), suppress_health_check=slow
    )
    hypothesis.settings.load_profile("house")


def note_characters() -> None:
    """Make Hypothesis compute its character tables, which takes seconds, and cache them."""
    hypothesis.strategies.text().validate()
