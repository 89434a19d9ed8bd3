"""Who asks: the doors. A door parses, acknowledges and calls one flow."""
