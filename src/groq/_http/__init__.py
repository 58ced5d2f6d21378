"""How a call becomes bytes, and an answer comes back: nothing here knows a resource or a model."""
