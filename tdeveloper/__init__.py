"""T-Developer, the first service under watch: its objectives and profiles as data, its gates, the handlers that are deployed."""
