"""Doing: one module per verb."""
