"""Holds `aws_synthetics` as a canary sees it; put on the path of a local run, and never packed for AWS."""
