"""The dossier of one community: a page with every threshold, every reason and what is missing."""
