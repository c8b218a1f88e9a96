"""One CDK stack a concern."""
