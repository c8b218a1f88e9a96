"""What joins several rooms: the release check, the weekly report, a load test on AWS; without a command line."""
