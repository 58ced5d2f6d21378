"""The logger `groq`, and what keeps secrets out of it and out of httpx's."""

from __future__ import annotations

import logging
import os

import httpx
from typing_extensions import override

from ._exceptions import without_credentials

logger = logging.getLogger("groq")

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO}


class _WithoutCredentials(logging.Filter):
    """Takes user and password out of the URLs in a record."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                without_credentials(each) if isinstance(each, httpx.URL) else each
                for each in record.args
            )
        return True


def setup_logging() -> None:
    """Turn on what the environment asks for: `GROQ_LOG` is `info` or `debug`, or is not there."""
    level = _LEVELS.get(os.environ.get("GROQ_LOG", "").lower())
    if level is None:
        return
    logging.basicConfig(
        format="[%(asctime)s - %(name)s:%(lineno)d - %(levelname)s] %(message)s",
        datefmt="%Y-%m-%d %H:%M:%S",
    )
    logger.setLevel(level)
    httpx_logger = logging.getLogger("httpx")
    httpx_logger.setLevel(level)
    httpx_logger.addFilter(_WithoutCredentials())
