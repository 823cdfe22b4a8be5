"""What outlives the database: the journal of letters beside it, and the one file that a house is restored from."""
