"""A world to try things in: a post office on this machine, and units that answer."""
