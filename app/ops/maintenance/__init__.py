"""`bin/maintenance`: prunes, archives, vacuums, and reports how the database is."""

from app.ops.maintenance.command import read, run

__all__ = ["read", "run"]
