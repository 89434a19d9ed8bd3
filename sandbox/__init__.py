"""The practice world: a stand-in for Slack, phones and the clock, with a page to look at it.

It speaks the vendors' wire protocols over loopback and imports nothing of the bot, so it can serve as
an independent oracle in tests as well as a place to try the bot without any account.
"""
