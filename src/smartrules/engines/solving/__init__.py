"""The rooms of the solver engine: the rule tree as statements about all communities, for `smartrules.engines.solver`."""
