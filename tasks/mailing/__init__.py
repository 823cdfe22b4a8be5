"""Sending what is owed: claim, last check, write, hand over; one commit for each thing that became true."""
