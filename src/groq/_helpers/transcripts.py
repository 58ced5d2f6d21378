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

_APART = 1.0
"""Seconds by which the times of one word may differ in two parts."""


@dataclass
class _Word:
    word: TranscriptionWord
    segment: int
    """The index of its segment."""
    begins: int
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
        for place, word in enumerate(self.words):
            inside[word.segment].append(place)
        kept: list[TranscriptionSegment] = []
        for segment, places in zip(self.segments, inside, strict=True):
            counting = [place for place in places if self.first <= place < self.end]
            middle = (segment["start"] + segment["end"]) / 2
            if not places and self.span.counts_from <= middle < self.span.counts_to:
                kept.append(segment)
            elif counting:
                kept.append(self._shortened(segment, places, counting))
        return kept

    def _shortened(
        self, segment: TranscriptionSegment, places: list[int], counting: list[int]
    ) -> TranscriptionSegment:
        if counting == places:
            return segment
        text = segment["text"]
        start, end = segment["start"], segment["end"]
        begins, ends = 0, len(text)
        if counting[0] != places[0]:
            begins = self.words[counting[0]].begins
            start = self.words[counting[0]].word["start"]
        if counting[-1] != places[-1]:
            ends = self.words[counting[-1] + 1].begins
            end = self.words[counting[-1]].word["end"]
        return {**segment, "start": start, "end": end, "text": f" {text[begins:ends].strip()}"}


def join(spans: Sequence[Span], answers: Sequence[bytes]) -> Transcription:
    """Join the JSON transcripts of parts into one, with the times of the whole recording.

    Two parts are joined at the word nearest to the cut that both have at the same time. Without
    such a word, each part keeps the words on its side of the cut.
    """
    heard = [codec.decode(audio_types.Transcription, answer) for answer in answers]
    parts = [_transcript(span, answer) for span, answer in zip(spans, heard, strict=True)]
    for left, right in pairwise(parts):
        left.end, right.first = _seam(left.words, right.words, left.span.counts_to)
    segments: list[TranscriptionSegment] = []
    for part in parts:
        for each in part.kept():
            segments.append({**each, "id": len(segments)})
    fields: dict[str, Any] = {
        **(heard[0].model_extra or {}),
        "text": "".join(f" {each['text'].strip()}" for each in segments).strip(),
        "duration": spans[-1].counts_to,
        "segments": segments,
        "words": [each.word for part in parts for each in part.words[part.first : part.end]],
    }
    return audio_types.Transcription.construct(**fields)


def _transcript(span: Span, answer: Transcription) -> _Transcript:
    extra: Mapping[str, Any] = answer.model_extra or {}
    segments: list[TranscriptionSegment] = [
        _moved(each, span.start) for each in extra.get("segments") or ()
    ]
    if not segments and answer.text.strip():
        segments = [{"id": 0, "start": span.start, "end": span.end, "text": answer.text}]
    part = _Transcript(span, segments)
    words = extra.get("words") or () if segments else ()
    segment = begins = 0
    for each in words:
        word: TranscriptionWord = _moved(each, span.start)
        # Words are in the order of the text, each at most one segment after the previous one.
        for place, at in ((segment, begins), (segment + 1, 0)):
            if place < len(segments):
                found = segments[place]["text"].find(word["word"].strip(), at)
                if found >= 0:
                    segment, begins = place, found
                    break
        part.words.append(_Word(word, segment, begins))
        if segments[segment]["text"].startswith(word["word"].strip(), begins):
            begins += len(word["word"].strip())
    part.end = len(part.words)
    return part


def _moved(timed: Any, seconds: float) -> Any:
    moved = {
        **timed,
        "start": round(timed["start"] + seconds, 3),
        "end": round(timed["end"] + seconds, 3),
    }
    if "seek" in moved:
        moved["seek"] += round(seconds * 100)
    return moved


def _seam(left: list[_Word], right: list[_Word], cut: float) -> tuple[int, int]:
    """Return the number of words to keep of the left part, and the first of the right part."""
    pairs = _heard_twice(left, right)
    if pairs:
        mine, yours = min(pairs, key=lambda pair: abs(left[pair[0]].middle - cut))
        return mine + 1, yours + 1
    return (
        sum(word.middle < cut for word in left),
        sum(word.middle < cut for word in right),
    )


def _heard_twice(left: list[_Word], right: list[_Word]) -> list[tuple[int, int]]:
    """Return the pairs of indexes with the same word at the same time, in order.

    Of all ordered pairings, it is the one whose pairs are nearest in time, so that a word that is
    repeated three times is paired with itself.
    """
    if not left or not right:
        return []
    offset = next(
        (n for n, word in enumerate(left) if word.word["end"] >= right[0].word["start"] - _APART),
        len(left),
    )
    mine = left[offset:]
    yours = [word for word in right if word.word["start"] <= left[-1].word["end"] + _APART]
    # best[i][j] is the score of the best pairing of mine[i:] and yours[j:].
    best = [[0.0] * (len(yours) + 1) for _ in range(len(mine) + 1)]
    worth = [[_worth(a, b) for b in yours] for a in mine]
    for i in reversed(range(len(mine))):
        for j in reversed(range(len(yours))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + worth[i][j])
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < len(mine) and j < len(yours):
        if worth[i][j] and best[i][j] == best[i + 1][j + 1] + worth[i][j]:
            pairs.append((i + offset, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _worth(one: _Word, other: _Word) -> float:
    apart = abs(one.middle - other.middle)
    if apart >= _APART or one.letters != other.letters:
        return 0.0
    # Steep, so that two pairs that are off by a word score less than one exact pair.
    return float((1 - apart / _APART) ** 4)
