"""What a scan finds, in one form for every tool: findings, what could not be read, what asked it to look away."""
