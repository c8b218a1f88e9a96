"""Empty as yet: the room of burn-rate, event, cost-pace and resource alarms derived from the objectives."""
