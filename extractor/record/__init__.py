"""The record under construction, its validation and its checks."""
