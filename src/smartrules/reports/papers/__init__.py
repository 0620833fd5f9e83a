"""The papers of an acceptance: the report with its opinion, and the notice to the public."""
