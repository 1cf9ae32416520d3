"""Finders: pure functions from an article to the mentions its form gives away."""
