"""Empty as yet: the room of one panel model written as CloudWatch and Grafana dashboards."""
