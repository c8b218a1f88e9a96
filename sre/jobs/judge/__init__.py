"""Judges a source tree by the gates, here and without any platform: a directory, a checkout of git, or an archive."""
