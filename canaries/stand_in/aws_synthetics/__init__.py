"""Stands in for the library of CloudWatch Synthetics' Python runtime, as far as these canaries use it."""
