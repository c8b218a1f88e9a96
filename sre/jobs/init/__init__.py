"""The first files of a service, from its templates, and what is new in them later."""
