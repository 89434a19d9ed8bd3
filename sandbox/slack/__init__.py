"""Slack: its Web API, the requests it sends to the bot, and what people see of the answers."""
