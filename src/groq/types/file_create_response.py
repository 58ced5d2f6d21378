"""`FileCreateResponse`: the answer of `client.files.create`, a `FileObject`."""

from .file_object import FileObject as FileCreateResponse

__all__ = ["FileCreateResponse"]
