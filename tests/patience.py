"""The timeout of tests that wait for something."""

from typing import Final

PATIENCE: Final = 300.0
"""Seconds; a busy machine may stall for more than a minute."""
