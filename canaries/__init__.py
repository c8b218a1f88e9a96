"""Empty as yet: the room of synthetic checks that run on a laptop, in CI and on CloudWatch Synthetics."""
