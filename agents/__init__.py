"""Empty as yet: the room of the four agents on the AgentCore runtime."""
