"""What this machine did while something was measured on it, and whether other work disturbed the measurement."""
