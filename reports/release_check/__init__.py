"""The release check's page: what was found as values, and the page that is drawn from them."""
