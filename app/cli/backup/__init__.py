"""Backups of the database: taken, verified, rotated, copied to S3, and restored."""

from app import CommandError


class BackupError(CommandError):
    """What was asked for cannot be done, and nothing was changed; the message says why."""
