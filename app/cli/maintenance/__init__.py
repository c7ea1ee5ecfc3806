"""`bin/maintenance`: prunes, archives, vacuums, and reports how the database is."""

from app.cli.maintenance.command import run

__all__ = ["run"]
