"""The web door: intake API, phone webhooks and health."""
