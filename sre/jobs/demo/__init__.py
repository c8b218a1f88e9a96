"""Demonstrations: a whole week's report from minutes of a local platform."""
