"""The local platform: MiniStack with our own stacks deployed to it, and the bridge from EMF logs to metrics."""
