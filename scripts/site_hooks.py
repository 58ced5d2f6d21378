"""What the site needs beyond its theme: mkdocs calls these functions."""


def on_post_page(output: str, **_: object) -> str:
    """Name the dialog of the search, for those who hear the page."""
    return output.replace('role="dialog"', 'role="dialog" aria-label="Search"')
