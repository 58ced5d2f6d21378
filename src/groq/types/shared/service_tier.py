"""The service tiers."""

from typing import Literal, TypeAlias

__all__ = ["ServiceTier"]

ServiceTier: TypeAlias = Literal[
    "auto",
    "on_demand",
    "flex",
    "performance",
]
"""`on_demand` is the ordinary tier. `flex` has higher limits, and fails fast with status 498 when
it is out of capacity. `performance` has reserved capacity. `auto` takes the best that is free."""
