"""Joins the transcripts of overlapping parts of a recording at a word that both have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from .._http import codec
from ..types import audio as audio_types
from .recordings import Span

if TYPE_CHECKING:
    # At run time, models are imported when a transcript is joined.
    from ..types.audio import Transcription, TranscriptionSegment, TranscriptionWord

_MAX_SHIFT = 1.0
"""Seconds by which the times of one word may differ in two parts."""


@dataclass
class _Word:
    word: TranscriptionWord
    segment: int
    """The index of its segment."""
    offset: int
    """Its position in the text of that segment."""

    @property
    def middle(self) -> float:
        return (self.word["start"] + self.word["end"]) / 2

    @property
    def letters(self) -> str:
        return "".join(filter(str.isalnum, self.word["word"].casefold()))


@dataclass
class _Transcript:
    """The transcript of one part, with the times of the whole recording."""

    span: Span
    segments: list[TranscriptionSegment]
    words: list[_Word] = field(default_factory=list["_Word"])
    first: int = 0
    """The first word to keep."""
    end: int = 0
    """The word after the last one to keep."""

    def kept(self) -> list[TranscriptionSegment]:
        """Return the segments with the words to keep."""
        inside: list[list[int]] = [[] for _ in self.segments]
        for index, word in enumerate(self.words):
            inside[word.segment].append(index)
        kept: list[TranscriptionSegment] = []
        for segment, indexes in zip(self.segments, inside, strict=True):
            kept_indexes = [index for index in indexes if self.first <= index < self.end]
            middle = (segment["start"] + segment["end"]) / 2
            if not indexes and self.span.cut_before <= middle < self.span.cut_after:
                kept.append(segment)
            elif kept_indexes:
                kept.append(self._cut_segment(segment, indexes, kept_indexes))
        return kept

    def _cut_segment(
        self, segment: TranscriptionSegment, indexes: list[int], kept_indexes: list[int]
    ) -> TranscriptionSegment:
        if kept_indexes == indexes:
            return segment
        text = segment["text"]
        start, end = segment["start"], segment["end"]
        offset, ends = 0, len(text)
        if kept_indexes[0] != indexes[0]:
            offset = self.words[kept_indexes[0]].offset
            start = self.words[kept_indexes[0]].word["start"]
        if kept_indexes[-1] != indexes[-1]:
            ends = self.words[kept_indexes[-1] + 1].offset
            end = self.words[kept_indexes[-1]].word["end"]
        return {**segment, "start": start, "end": end, "text": f" {text[offset:ends].strip()}"}


def join(spans: Sequence[Span], answers: Sequence[bytes]) -> Transcription:
    """Join the JSON transcripts of parts into one, with the times of the whole recording.

    Two parts are joined at the word nearest to the cut that both have at the same time. Without
    such a word, each part keeps the words on its side of the cut.
    """
    transcriptions = [codec.decode(audio_types.Transcription, answer) for answer in answers]
    parts = [_transcript(span, answer) for span, answer in zip(spans, transcriptions, strict=True)]
    for left, right in pairwise(parts):
        left.end, right.first = _seam(left.words, right.words, left.span.cut_after)
    segments: list[TranscriptionSegment] = []
    for part in parts:
        for each in part.kept():
            segments.append({**each, "id": len(segments)})
    fields: dict[str, Any] = {
        **(transcriptions[0].model_extra or {}),
        "text": "".join(f" {each['text'].strip()}" for each in segments).strip(),
        "duration": spans[-1].cut_after,
        "segments": segments,
        "words": [each.word for part in parts for each in part.words[part.first : part.end]],
    }
    return audio_types.Transcription.construct(**fields)


def _transcript(span: Span, answer: Transcription) -> _Transcript:
    extra: Mapping[str, Any] = answer.model_extra or {}
    segments: list[TranscriptionSegment] = [
        _shifted(each, span.start) for each in extra.get("segments") or ()
    ]
    if not segments and answer.text.strip():
        segments = [{"id": 0, "start": span.start, "end": span.end, "text": answer.text}]
    part = _Transcript(span, segments)
    words = extra.get("words") or () if segments else ()
    segment = offset = 0
    for each in words:
        word: TranscriptionWord = _shifted(each, span.start)
        # Words are in the order of the text, each at most one segment after the previous one.
        for index, at in ((segment, offset), (segment + 1, 0)):
            if index < len(segments):
                found = segments[index]["text"].find(word["word"].strip(), at)
                if found >= 0:
                    segment, offset = index, found
                    break
        part.words.append(_Word(word, segment, offset))
        if segments[segment]["text"].startswith(word["word"].strip(), offset):
            offset += len(word["word"].strip())
    part.end = len(part.words)
    return part


def _shifted(item: Any, seconds: float) -> Any:
    shifted = {
        **item,
        "start": round(item["start"] + seconds, 3),
        "end": round(item["end"] + seconds, 3),
    }
    if "seek" in shifted:
        shifted["seek"] += round(seconds * 100)
    return shifted


def _seam(left: list[_Word], right: list[_Word], cut: float) -> tuple[int, int]:
    """Return the number of words to keep of the left part, and the first of the right part."""
    pairs = _matching_words(left, right)
    if pairs:
        left_index, right_index = min(pairs, key=lambda pair: abs(left[pair[0]].middle - cut))
        return left_index + 1, right_index + 1
    return (
        sum(word.middle < cut for word in left),
        sum(word.middle < cut for word in right),
    )


def _matching_words(left: list[_Word], right: list[_Word]) -> list[tuple[int, int]]:
    """Return the pairs of indexes with the same word at the same time, in order.

    Of all ordered pairings, it is the one whose pairs are nearest in time, so that a word that is
    repeated three times is paired with itself.
    """
    if not left or not right:
        return []
    offset = next(
        (
            n
            for n, word in enumerate(left)
            if word.word["end"] >= right[0].word["start"] - _MAX_SHIFT
        ),
        len(left),
    )
    left_words = left[offset:]
    right_words = [
        word for word in right if word.word["start"] <= left[-1].word["end"] + _MAX_SHIFT
    ]
    # best[i][j] is the score of the best pairing of mine[i:] and yours[j:].
    best = [[0.0] * (len(right_words) + 1) for _ in range(len(left_words) + 1)]
    scores = [[_match_score(a, b) for b in right_words] for a in left_words]
    for i in reversed(range(len(left_words))):
        for j in reversed(range(len(right_words))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + scores[i][j])
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < len(left_words) and j < len(right_words):
        if scores[i][j] and best[i][j] == best[i + 1][j + 1] + scores[i][j]:
            pairs.append((i + offset, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _match_score(one: _Word, other: _Word) -> float:
    shift = abs(one.middle - other.middle)
    if shift >= _MAX_SHIFT or one.letters != other.letters:
        return 0.0
    # Steep, so that two pairs that are off by a word score less than one exact pair.
    return float((1 - shift / _MAX_SHIFT) ** 4)
