"""Hands of the outbox: one sender per way out (SMS, voice, e-mail, Slack)."""
