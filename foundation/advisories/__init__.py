"""Advisories on packages: what is known to be vulnerable, as values, and the one file in which they are kept."""
