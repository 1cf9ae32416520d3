"""Schemas beside the default one, with texts to try them on."""
