"""Odd bytes through the public API: they come out as a value or as a `GroqError`.

The tests here run with few examples each time and with many in `nox -s fuzz`. `python -m
tests.fuzz.guided` looks for new ones with a coverage-guided fuzzer.
"""
