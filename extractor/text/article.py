"""The article: its untouched text, and numbered sentences and quotations as offsets into it.

This module owns `Article` and puts together what its neighbours find: sentences
(`extractor.text.sentences`), site furniture (`extractor.text.furniture`) and quotations
(`extractor.text.quotes`). The text is never changed, so an offset always means the same character.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass

from extractor.text.furniture import furniture_lines, is_furniture_sentence
from extractor.text.quotes import Quotation, find_quotations
from extractor.text.sentences import Span, paragraphs, sentences

__all__ = ["Article", "Quotation", "Sentence", "Span"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its number (from 1, furniture counted) and half-open character offsets."""

    number: int
    start: int
    end: int
    boilerplate: bool


@dataclass(frozen=True, slots=True)
class Article:
    """One article. Sentences are in order, do not overlap, and hold every visible character once.

    A sentence never crosses a line break and has no white space at its edges. Quotations are
    ordered by their first passage and lie outside boilerplate.
    """

    id: str
    text: str
    sentences: tuple[Sentence, ...]
    quotations: tuple[Quotation, ...]

    @classmethod
    def from_text(cls, text: str, id: str = "article") -> Article:
        """Read ``text`` as it is. Pure, never fails, and linear in the length of the text."""
        lines = [tuple(sentences(text, paragraph)) for paragraph in paragraphs(text)]
        flags = furniture_lines([text[line[0].start : line[-1].end] for line in lines])
        kept = [line for line, flag in zip(lines, flags, strict=True) if not flag]
        marked = [
            (span, flag or (not quotes and is_furniture_sentence(text[span.start : span.end])))
            for line, flag in zip(lines, flags, strict=True)
            for quotes in [_quotes(text, line)]
            for span in line
        ]
        return cls(
            id=id,
            text=text,
            sentences=tuple(
                Sentence(number, span.start, span.end, boilerplate)
                for number, (span, boilerplate) in enumerate(marked, start=1)
            ),
            quotations=find_quotations(text, kept),
        )

    def sentence(self, number: int) -> Sentence:
        """The sentence of that number. Raises `IndexError` if there is none."""
        if not 1 <= number <= len(self.sentences):
            raise IndexError(f"no sentence {number}: the article has {len(self.sentences)}")
        return self.sentences[number - 1]

    def sentence_at(self, offset: int) -> Sentence | None:
        """The sentence that holds the character at ``offset``; None in the space between."""
        at = bisect_right(self.sentences, offset, key=lambda sentence: sentence.start) - 1
        if at < 0 or offset >= self.sentences[at].end:
            return None
        return self.sentences[at]

    def slice(self, span: Span | Sentence) -> str:
        """The text of a span or a sentence."""
        return self.text[span.start : span.end]

    def numbered(self, only: Collection[int] | None = None) -> str:
        """The text shown to the model: a line "[number] sentence" each, boilerplate left out.

        ``only``: the numbers of the sentences to show, instead of all.
        """
        return "\n".join(
            f"[{sentence.number}] {self.slice(sentence)}"
            for sentence in self.sentences
            if not sentence.boilerplate and (only is None or sentence.number in only)
        )


def _quotes(text: str, line: tuple[Span, ...]) -> bool:
    return any(mark in text[line[0].start : line[-1].end] for mark in '"“”„«‘')
