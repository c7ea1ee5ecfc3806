"""`bin/maintenance`: prunes, archives, vacuums, and reports how the database is."""
