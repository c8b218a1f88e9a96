"""From a file to values: YAML with its lines."""
