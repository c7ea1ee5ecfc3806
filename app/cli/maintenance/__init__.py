"""`bin/maintenance`: prunes, archives and vacuums, then reports on the database."""
