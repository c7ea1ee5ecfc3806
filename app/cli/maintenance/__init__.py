"""`bin/maintenance`: prunes, archives, vacuums, and reports how the database is."""

from app.cli.maintenance.command import read, run

__all__ = ["read", "run"]
