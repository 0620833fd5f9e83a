"""Documents ↔ the model: YAML with positions, rulesets, facts, cases, the canonical form and the compiled form."""
