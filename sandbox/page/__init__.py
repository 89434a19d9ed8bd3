"""The page to look at the practice world: a team's Slack on the left, phones on the right, a clock on top."""
