"""The way of a schema with a guide: mentions found by form, one short question about each."""
