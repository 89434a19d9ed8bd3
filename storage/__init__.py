"""What is remembered: the only SQL. Takes and returns domain values."""
