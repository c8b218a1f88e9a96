"""The gates as Lambda handlers over pure functions, and the API in front of them."""
