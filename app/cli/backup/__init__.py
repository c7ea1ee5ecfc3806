"""Takes, verifies, rotates, uploads and restores backups of the database."""

from app import CommandError


class BackupError(CommandError):
    """A failed backup or restore; the message says why."""
