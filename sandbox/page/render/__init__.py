"""Draws Block Kit, Slack's text formats and charts as HTML; knows nothing of the world around a message."""
