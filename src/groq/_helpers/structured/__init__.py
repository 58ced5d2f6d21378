"""Structured outputs: types become JSON Schemas, and answers become values of those types.

Pydantic generates the schemas and validates the answers.

See https://console.groq.com/docs/structured-outputs
"""
