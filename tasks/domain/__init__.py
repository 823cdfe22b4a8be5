"""Deciding: the standard library only; no clock, no I/O."""
