"""Audits: what a careful reader finds in the facts of a community, beside what a ruleset says of them."""
