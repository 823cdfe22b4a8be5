"""The outside world, and how the program is deployed."""
