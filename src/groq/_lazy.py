"""Names of a package that are imported on first use (PEP 562)."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec


def lazy_names(
    package: str, names: Sequence[str], **places: str
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return a package's `__getattr__` and `__dir__`.

    A name is defined in the submodule of the same name in snake case (`ChatCompletion` in
    `chat_completion`), unless `places` names another one. Submodules are attributes too.
    """

    def load(name: str) -> object:
        value: object
        if name in names:
            snake_case = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
            value = getattr(import_module(f"{package}.{places.get(name, snake_case)}"), name)
        elif not name.startswith("_") and find_spec(f"{package}.{name}"):
            value = import_module(f"{package}.{name}")
        else:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        # The next access finds the name in the module itself, without this function.
        setattr(sys.modules[package], name, value)
        return value

    def listing() -> list[str]:
        return sorted({*vars(sys.modules[package]), *names})

    return load, listing
