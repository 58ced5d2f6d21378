"""The tests of `groq.testing`."""
