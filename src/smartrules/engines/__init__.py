"""The engines: readers of the tree that decide. `exact` is the reference, and the semantics."""
