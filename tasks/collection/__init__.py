"""Collecting replies: stored word for word first, then told apart, matched and filed, each in its own transaction."""
