"""Additions to the theme of the site, in functions that mkdocs calls."""


def on_post_page(output: str, **_: object) -> str:
    """Add a label to the search dialog, for screen readers."""
    return output.replace('role="dialog"', 'role="dialog" aria-label="Search"')
