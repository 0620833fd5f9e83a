"""Rules solved for facts: what to demand of a community's facts so that a rule or a tier comes to an outcome."""
