"""The Slack door: commands, actions, modals and App Home."""
