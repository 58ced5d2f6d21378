"""Odd bytes through the public API: whatever a server sends, it comes out as a value or a `GroqError`.

The tests here run with few examples each time and with many in `nox -s fuzz`. `python -m
tests.fuzz.atheris_streams` and its like look for new ones with a coverage-guided fuzzer.
"""
