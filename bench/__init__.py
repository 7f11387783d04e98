"""Measurements, one script for each question; `make bench` runs them and bench/RESULTS.md keeps what they found."""
