"""Ids, money, clock and base errors: what every room may lean on. Standard library only."""
