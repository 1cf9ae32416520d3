"""From a value to the exact words that support it, or to none."""
