"""Synthetic checks from outside: one handler each, which runs on a laptop, in CI and on CloudWatch Synthetics."""
