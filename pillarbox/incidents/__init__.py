"""Detect, suspend, analyse, register, notify."""
