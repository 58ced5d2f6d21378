"""The name and the version of the package."""

__title__ = "groq"
__version__ = "1.9.0"
