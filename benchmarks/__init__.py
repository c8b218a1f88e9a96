"""Measurements of what the documentation claims, each beside a named peer in the same run; `make bench`."""
