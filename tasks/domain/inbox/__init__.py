"""What may be done on the word of whoever wrote."""
