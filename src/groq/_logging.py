"""The logger `groq`: a line for each request, with nothing secret in it."""

from __future__ import annotations

import logging
import os

logger = logging.getLogger("groq")

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO}


def setup_logging() -> None:
    """Configure logging from `GROQ_LOG`: `info`, `debug`, or unset."""
    level = _LEVELS.get(os.environ.get("GROQ_LOG", "").lower())
    if level is None:
        return
    logging.basicConfig(
        format="[%(asctime)s - %(name)s:%(lineno)d - %(levelname)s] %(message)s",
        datefmt="%Y-%m-%d %H:%M:%S",
    )
    logger.setLevel(level)
    logging.getLogger("httpx").setLevel(level)
