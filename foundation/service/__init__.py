"""The service under watch as values: a stage of it, its files, its resources, and the metrics in which it records its work."""
