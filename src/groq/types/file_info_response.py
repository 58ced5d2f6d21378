"""`FileInfoResponse`: the answer of `client.files.info`, a `FileObject`."""

from .file_object import FileObject as FileInfoResponse

__all__ = ["FileInfoResponse"]
