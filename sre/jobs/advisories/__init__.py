"""Advisories from OSV's own files, which a person has downloaded, into one snapshot."""
