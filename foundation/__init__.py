"""What all rooms stand on: errors, files, CloudWatch as values, costs, objectives. It imports nothing above it."""
