"""The resources of the API."""

import re
from typing import TYPE_CHECKING

from .._lazy import lazy_names

__all__ = [
    "AsyncAudio",
    "AsyncAudioWithRawResponse",
    "AsyncAudioWithStreamingResponse",
    "AsyncBatches",
    "AsyncBatchesWithRawResponse",
    "AsyncBatchesWithStreamingResponse",
    "AsyncChat",
    "AsyncChatWithRawResponse",
    "AsyncChatWithStreamingResponse",
    "AsyncEmbeddings",
    "AsyncEmbeddingsWithRawResponse",
    "AsyncEmbeddingsWithStreamingResponse",
    "AsyncFiles",
    "AsyncFilesWithRawResponse",
    "AsyncFilesWithStreamingResponse",
    "AsyncModels",
    "AsyncModelsWithRawResponse",
    "AsyncModelsWithStreamingResponse",
    "AsyncResponses",
    "AsyncResponsesWithRawResponse",
    "AsyncResponsesWithStreamingResponse",
    "Audio",
    "AudioWithRawResponse",
    "AudioWithStreamingResponse",
    "Batches",
    "BatchesWithRawResponse",
    "BatchesWithStreamingResponse",
    "Chat",
    "ChatWithRawResponse",
    "ChatWithStreamingResponse",
    "Embeddings",
    "EmbeddingsWithRawResponse",
    "EmbeddingsWithStreamingResponse",
    "Files",
    "FilesWithRawResponse",
    "FilesWithStreamingResponse",
    "Models",
    "ModelsWithRawResponse",
    "ModelsWithStreamingResponse",
    "Responses",
    "ResponsesWithRawResponse",
    "ResponsesWithStreamingResponse",
]

if TYPE_CHECKING:
    from .audio import (
        AsyncAudio as AsyncAudio,
    )
    from .audio import (
        AsyncAudioWithRawResponse as AsyncAudioWithRawResponse,
    )
    from .audio import (
        AsyncAudioWithStreamingResponse as AsyncAudioWithStreamingResponse,
    )
    from .audio import (
        Audio as Audio,
    )
    from .audio import (
        AudioWithRawResponse as AudioWithRawResponse,
    )
    from .audio import (
        AudioWithStreamingResponse as AudioWithStreamingResponse,
    )
    from .batches import (
        AsyncBatches as AsyncBatches,
    )
    from .batches import (
        AsyncBatchesWithRawResponse as AsyncBatchesWithRawResponse,
    )
    from .batches import (
        AsyncBatchesWithStreamingResponse as AsyncBatchesWithStreamingResponse,
    )
    from .batches import (
        Batches as Batches,
    )
    from .batches import (
        BatchesWithRawResponse as BatchesWithRawResponse,
    )
    from .batches import (
        BatchesWithStreamingResponse as BatchesWithStreamingResponse,
    )
    from .chat import (
        AsyncChat as AsyncChat,
    )
    from .chat import (
        AsyncChatWithRawResponse as AsyncChatWithRawResponse,
    )
    from .chat import (
        AsyncChatWithStreamingResponse as AsyncChatWithStreamingResponse,
    )
    from .chat import (
        Chat as Chat,
    )
    from .chat import (
        ChatWithRawResponse as ChatWithRawResponse,
    )
    from .chat import (
        ChatWithStreamingResponse as ChatWithStreamingResponse,
    )
    from .embeddings import (
        AsyncEmbeddings as AsyncEmbeddings,
    )
    from .embeddings import (
        AsyncEmbeddingsWithRawResponse as AsyncEmbeddingsWithRawResponse,
    )
    from .embeddings import (
        AsyncEmbeddingsWithStreamingResponse as AsyncEmbeddingsWithStreamingResponse,
    )
    from .embeddings import (
        Embeddings as Embeddings,
    )
    from .embeddings import (
        EmbeddingsWithRawResponse as EmbeddingsWithRawResponse,
    )
    from .embeddings import (
        EmbeddingsWithStreamingResponse as EmbeddingsWithStreamingResponse,
    )
    from .files import (
        AsyncFiles as AsyncFiles,
    )
    from .files import (
        AsyncFilesWithRawResponse as AsyncFilesWithRawResponse,
    )
    from .files import (
        AsyncFilesWithStreamingResponse as AsyncFilesWithStreamingResponse,
    )
    from .files import (
        Files as Files,
    )
    from .files import (
        FilesWithRawResponse as FilesWithRawResponse,
    )
    from .files import (
        FilesWithStreamingResponse as FilesWithStreamingResponse,
    )
    from .models import (
        AsyncModels as AsyncModels,
    )
    from .models import (
        AsyncModelsWithRawResponse as AsyncModelsWithRawResponse,
    )
    from .models import (
        AsyncModelsWithStreamingResponse as AsyncModelsWithStreamingResponse,
    )
    from .models import (
        Models as Models,
    )
    from .models import (
        ModelsWithRawResponse as ModelsWithRawResponse,
    )
    from .models import (
        ModelsWithStreamingResponse as ModelsWithStreamingResponse,
    )
    from .responses import AsyncResponses as AsyncResponses
    from .responses import AsyncResponsesWithRawResponse as AsyncResponsesWithRawResponse
    from .responses import (
        AsyncResponsesWithStreamingResponse as AsyncResponsesWithStreamingResponse,
    )
    from .responses import Responses as Responses
    from .responses import ResponsesWithRawResponse as ResponsesWithRawResponse
    from .responses import ResponsesWithStreamingResponse as ResponsesWithStreamingResponse
else:
    # `AsyncModelsWithRawResponse` is in `models`, beside `Models`.
    _places = {name: re.sub("^Async|With.*Response$", "", name).lower() for name in __all__}
    __getattr__, __dir__ = lazy_names(__name__, __all__, **_places)
