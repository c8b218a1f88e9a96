"""The service under watch as values: its files, its resources, and the metrics in which it records its own work."""
