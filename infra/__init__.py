"""The CDK stacks and the local platform; the only room that knows CDK."""
