"""CloudWatch as values, without AWS."""
