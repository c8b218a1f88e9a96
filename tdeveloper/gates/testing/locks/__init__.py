"""What a tree has locked, with hashes: read from its own file, within bounds, for the Python that runs us."""
