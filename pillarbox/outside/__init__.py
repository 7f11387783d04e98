"""Adapters to the outside world: payments, mail, carriers."""
