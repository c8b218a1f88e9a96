"""The weekly report: what it is made from, how it is read, and its sections."""
