"""The command, as `groq` has it."""
