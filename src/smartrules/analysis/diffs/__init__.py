"""Two editions of a standard compared by what they decide, and what shows it."""
