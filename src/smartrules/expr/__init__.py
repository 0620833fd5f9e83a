"""The expression tree and its readers."""
