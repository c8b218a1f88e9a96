"""What the toolkit finds here and in an account: what is reachable, which metrics exist, which permissions are missing."""
