"""Metric math, evaluated here: the language of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html."""
