"""What things cost: the price book, quantities, and the bill that is their product."""
