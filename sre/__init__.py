"""The door: what a person starts."""
