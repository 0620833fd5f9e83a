"""What a community lacks for a tier: the smallest change of its facts that reaches it, and which unknown facts to ask for first."""
