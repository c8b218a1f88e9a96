"""Archives that may be hostile: read strictly, in one way only, within bounds, from the first byte to the last."""
