"""The weekly report on AWS: its function, and the image that it runs from."""
