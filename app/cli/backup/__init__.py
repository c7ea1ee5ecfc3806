"""Takes, verifies, rotates, uploads and restores backups of the database."""
