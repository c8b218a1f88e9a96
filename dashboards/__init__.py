"""One panel model, written as CloudWatch's and as Grafana's dashboards, and drawn offline."""
