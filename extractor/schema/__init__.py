"""Pydantic models: loaded by name, and read into a tree of typed fields."""
