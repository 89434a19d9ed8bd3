"""What happens: one file per use case. Gather, decide, apply."""
