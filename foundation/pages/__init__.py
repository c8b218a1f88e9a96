"""What every page and message has alike: a user's text, escaped for the language that it is put into."""
