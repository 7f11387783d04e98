"""The clock's door: jobs, one at a time, each entering by its own capability."""
