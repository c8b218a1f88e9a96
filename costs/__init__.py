"""Empty as yet: the room of the price book, quantities and the bill."""
