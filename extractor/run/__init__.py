"""Many articles: inputs, bounded work, journal, progress, results for people and machines."""
