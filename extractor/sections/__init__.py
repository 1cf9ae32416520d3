"""The way of a schema without a guide: a few fields a request, values cited by sentence."""
