"""What is true: pure rules on frozen values. No clock, random, environment or I/O in this room."""
