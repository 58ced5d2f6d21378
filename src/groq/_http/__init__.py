"""Turns a call into a request and reads its response; knows no resources and no models."""
