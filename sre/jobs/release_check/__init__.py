"""The release check: the platform brought up, loaded, judged, and reported on one page."""
