"""The overview of a population: how many communities reach what, what keeps them, and how far they are from thresholds."""
