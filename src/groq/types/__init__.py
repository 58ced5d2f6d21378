"""The types of the API: request types and response models.

Fields that the API sends though its own schema does not name them are declared under
`TYPE_CHECKING`. Type checkers and editors know them. When run they are what the server sent: plain
JSON values, and absent if it sent none, as every field is that no type names.
"""

from typing import TYPE_CHECKING

from .._lazy import lazy_names

__all__ = [
    "AudioModel",
    "AudioResponseFormat",
    "Batch",
    "BatchCancelResponse",
    "BatchCreateParams",
    "BatchCreateResponse",
    "BatchErrors",
    "BatchErrorsData",
    "BatchListResponse",
    "BatchRequestCounts",
    "BatchRetrieveResponse",
    "BatchStatus",
    "ChatModel",
    "CompletionUsage",
    "CreateEmbeddingResponse",
    "Debug",
    "Embedding",
    "EmbeddingCreateParams",
    "EmbeddingModel",
    "ErrorObject",
    "FileCreateParams",
    "FileCreateResponse",
    "FileDeleteResponse",
    "FileInfoResponse",
    "FileListResponse",
    "FileObject",
    "FunctionDefinition",
    "FunctionParameters",
    "Model",
    "ModelDeleted",
    "ModelListResponse",
    "ServiceTier",
]

if TYPE_CHECKING:
    from . import audio as audio
    from . import chat as chat
    from . import responses as responses
    from . import shared_params as shared_params
    from .audio_model import AudioModel as AudioModel
    from .audio_response_format import AudioResponseFormat as AudioResponseFormat
    from .batch import (
        Batch as Batch,
    )
    from .batch import (
        BatchErrors as BatchErrors,
    )
    from .batch import (
        BatchErrorsData as BatchErrorsData,
    )
    from .batch import (
        BatchRequestCounts as BatchRequestCounts,
    )
    from .batch import (
        BatchStatus as BatchStatus,
    )
    from .batch_cancel_response import BatchCancelResponse as BatchCancelResponse
    from .batch_create_params import BatchCreateParams as BatchCreateParams
    from .batch_create_response import BatchCreateResponse as BatchCreateResponse
    from .batch_list_response import BatchListResponse as BatchListResponse
    from .batch_retrieve_response import BatchRetrieveResponse as BatchRetrieveResponse
    from .chat_model import ChatModel as ChatModel
    from .completion_usage import CompletionUsage as CompletionUsage
    from .create_embedding_response import CreateEmbeddingResponse as CreateEmbeddingResponse
    from .embedding import Embedding as Embedding
    from .embedding_create_params import EmbeddingCreateParams as EmbeddingCreateParams
    from .embedding_model import EmbeddingModel as EmbeddingModel
    from .file_create_params import FileCreateParams as FileCreateParams
    from .file_create_response import FileCreateResponse as FileCreateResponse
    from .file_delete_response import FileDeleteResponse as FileDeleteResponse
    from .file_info_response import FileInfoResponse as FileInfoResponse
    from .file_list_response import FileListResponse as FileListResponse
    from .file_object import FileObject as FileObject
    from .model import Model as Model
    from .model_deleted import ModelDeleted as ModelDeleted
    from .model_list_response import ModelListResponse as ModelListResponse
    from .shared import (
        Debug as Debug,
    )
    from .shared import (
        ErrorObject as ErrorObject,
    )
    from .shared import (
        FunctionDefinition as FunctionDefinition,
    )
    from .shared import (
        FunctionParameters as FunctionParameters,
    )
    from .shared import (
        ServiceTier as ServiceTier,
    )
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        __all__,
        BatchErrors="batch",
        BatchErrorsData="batch",
        BatchRequestCounts="batch",
        BatchStatus="batch",
        Debug="shared",
        ErrorObject="shared",
        FunctionDefinition="shared",
        FunctionParameters="shared",
        ServiceTier="shared",
    )
