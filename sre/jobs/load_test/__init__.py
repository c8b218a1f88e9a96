"""What runs in the containers of a load test on Fargate."""
