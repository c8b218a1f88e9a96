"""Deployment: the CDK stacks and their synthesis, bundles and images, settings, and which service is the default one."""
