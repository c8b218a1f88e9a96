"""CloudFormation's templates as values: what they say without a deployment, and what only a deployment knows."""
