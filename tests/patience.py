"""How long tests wait for what comes by itself."""

from typing import Final

PATIENCE: Final = 300.0
"""Seconds: a machine that does much else may stand still for more than a minute."""
