"""The solutions are programs of their own, and no tests of this package."""

collect_ignore = ["solutions"]
