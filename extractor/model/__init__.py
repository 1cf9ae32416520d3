"""The one seam to a language model: requests, replies, recordings, the embedded server."""
