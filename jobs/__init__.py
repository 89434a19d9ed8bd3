"""When it happens by itself: ticks that look for due rows, and the senders."""
