"""Conversations with an HTTP API as data: what is asked, what has to be answered, and what is carried on."""
