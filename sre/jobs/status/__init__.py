"""How a service stands at a moment: objectives, alarms, deployments, canaries and cost, each as new as it is known."""
