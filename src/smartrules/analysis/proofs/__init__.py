"""What is proved of a ruleset for all communities, or refuted by one: each statement a named property."""
