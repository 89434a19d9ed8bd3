"""The phone company and its carrier: Twilio's REST API, texts, calls and the requests they send to the bot."""
