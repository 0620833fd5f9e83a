"""Beginning a ruleset: from an author's answers to documents that are a working start."""
