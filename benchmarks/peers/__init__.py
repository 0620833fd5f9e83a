"""Programs that decide the same communities, side by side: ``python -m benchmarks.peers``; benchmarks/README.md says how."""
