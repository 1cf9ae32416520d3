"""`Article`: sentences, numbering, and what holds for any text at all.

All article text here is invented.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.text.article import Article, Span

MARKS = "\"“”„‟«»'‘’"


def sentences(text: str) -> list[str]:
    article = Article.from_text(text)
    return [article.slice(sentence) for sentence in article.sentences]


@pytest.mark.parametrize(
    "text",
    [
        "A van was stopped. | Two men ran.",
        "Was it late? | Nobody knew! | The inquiry goes on.",
        "“A van came. | It left.” | Nobody saw it.",
        '"A van came. | It left." | Nobody saw it.',
        "(The claim is denied.) | The case goes on.",
        "He stopped… | Then he ran.",
        "He stopped… then he ran.",
        "He paused ... then ran. | Police came.",
        "They waited ...12 days.",
        "It cost £2.5m and rose by 3.7 per cent. | £1m was found.",
        "Mr. Poe met Mrs. Day, Dr. Lee and Prof. Ash.",
        "Det. Supt. Ann Lee and Det.-Insp. Moss spoke.",
        "Det. Ch. Insp. J. R. Lee spoke to J.K. Poe.",
        "Cllr. Lee and Rev. Ash met at St. Anne's Hall.",
        "They ran along Mill St. | The van was there.",
        "Acme Ltd. said nothing. | Harbour Co. Down was quiet.",
        "Acme Ltd. | The firm said nothing.",
        "See No. 7 and pp. 12 to 14.",
        "He said no. | Nobody asked again.",
        "It began on Jan. 5 and ended on Sept. 30.",
        "It began in Dec. | The end came soon.",
        "It began at 6 a.m. Monday and ended at 5 p.m. GMT.",
        "It began at 6 a.m. | Officers broke the door.",
        "It began at 6 a.m. on Monday.",
        "The U.S. Marshals came. | In the U.S. | The rest stayed.",
        "Many, e.g. Poland, i.e. Warsaw, vs. Kent, joined.",
        "In Millbrook, Calif. Officers searched it. | Done.",
        "Lee Jr. was held with Poe Sr. in jail.",
        "1. The first van. | The rest.",
        "The work is done.|The team is glad.",
        "It began at 5.30am.|Several men ran in 2019.|The rest stayed.",
        "The work is done.”|The team is glad.",
        "Write to info@Northvale.example or see www.northvale.Example for more.",
        "The site is northvale.Com today.",
        "“Stop!” Mr Poe shouted. | “Why?” she asked.",
        "“Will it end?” | The answer is no.",
        "A first line\n| A second line\r\n| A third\u2028| And a fourth",
        "Fees rose by 5. | 12 people left.",
        "Он ушёл. | Она осталась.",
        "غادر الرجل؟ | بقيت المرأة.",
    ],
)
def test_sentences_are_split_where_the_bar_stands(text: str) -> None:
    expected = [part.strip() for part in text.split("|")]
    assert sentences(text.replace("| ", "").replace("|", "")) == expected


def test_sentences_are_numbered_from_one_and_found_by_offset() -> None:
    article = Article.from_text("  One van left. Two came.\n\nThree stayed.", id="vans")
    assert article.id == "vans"
    assert [s.number for s in article.sentences] == [1, 2, 3]
    assert article.slice(article.sentence(3)) == "Three stayed."
    assert article.sentence_at(2) == article.sentence(1)
    assert article.sentence_at(14) == article.sentence(1)
    assert article.sentence_at(15) is None
    assert article.sentence_at(0) is article.sentence_at(-1) is article.sentence_at(999) is None
    assert article.slice(Span(2, 5)) == "One"
    for number in (0, -1, 4):
        with pytest.raises(IndexError, match="the article has 3"):
            article.sentence(number)


def test_numbered_leaves_out_boilerplate_but_keeps_its_number() -> None:
    text = "Share\nRaid in Northvale\n\nThree men were held in the town on Friday. They are 40."
    assert Article.from_text(text).numbered() == (
        "[2] Raid in Northvale\n[3] Three men were held in the town on Friday.\n[4] They are 40."
    )


pieces = st.sampled_from(
    (
        *MARKS,
        *".!?…,:;-–()[]\n\r\t \x00\x85\u00a0\u200b\u2028\ufeff🚓",
        *("\r\n", ' "', "“A", "said ", "Mr. ", "a.m. ", "U.S. ", "done.The ", "’s ", "A", "b", "1"),
        *("Comments\n", "Share\n", "Home", "17.5 C\n", "Related articles\n", "We are glad. "),
        *("שלום ", "مرحبا ", "e\u0301"),
    )
)
texts = st.one_of(st.text(max_size=200), st.lists(pieces, max_size=60).map("".join))


@settings(max_examples=300, deadline=None)
@given(texts)
def test_sentences_hold_every_visible_character_once(text: str) -> None:
    article = Article.from_text(text)
    assert article.text == text
    assert [s.number for s in article.sentences] == list(range(1, len(article.sentences) + 1))
    end, held = 0, ""
    for sentence in article.sentences:
        assert end <= sentence.start < sentence.end <= len(text)
        piece = article.slice(sentence)
        assert piece == piece.strip()
        assert len(piece.splitlines()) == 1
        assert text[end : sentence.start].strip() == ""
        assert article.sentence_at(sentence.start) == article.sentence_at(sentence.end - 1)
        assert article.sentence_at(sentence.start) == article.sentence(sentence.number) == sentence
        end, held = sentence.end, held + piece
    assert text[end:].strip() == ""
    assert "".join(held.split()) == "".join(text.split())
    shown = [s for s in article.sentences if not s.boilerplate]
    assert len(article.numbered().splitlines()) == len(shown)
    assert Article.from_text(article.text) == article


@settings(max_examples=300, deadline=None)
@given(texts)
def test_passages_lie_between_marks_and_never_overlap(text: str) -> None:
    article = Article.from_text(text)
    for quotation in article.quotations:
        assert quotation.passages == tuple(sorted(quotation.passages, key=lambda p: p.start))
    assert [q.passages[0].start for q in article.quotations] == sorted(
        q.passages[0].start for q in article.quotations
    )
    end = 0
    for passage in sorted(
        (p for q in article.quotations for p in q.passages), key=lambda p: p.start
    ):
        assert end <= passage.start < passage.end <= len(text)
        piece = article.slice(passage)
        assert piece == piece.strip()
        assert len(piece.splitlines()) == 1
        assert text[: passage.start].rstrip()[-1] in MARKS
        rest = (text[passage.end :].splitlines() or [""])[0].strip()
        assert rest == "" or rest[0] in MARKS
        end = passage.end


@pytest.mark.parametrize(
    "piece",
    [".", '"', "“a ", "'as' b ", '?" Aa ', "‘a\n", "Home > ", " ", "Roe said: “We go. I do.” "],
)
def test_time_is_linear(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    started = time.process_time()
    Article.from_text(text)
    assert time.process_time() - started < 5


def test_a_date_stamp_in_front_of_the_text_is_a_line_of_its_own() -> None:
    article = Article.from_text(" date 2021-03-09 Barge sinks off Leigh\nNobody was hurt.\n")
    assert [article.slice(one) for one in article.sentences] == [
        "date 2021-03-09",
        "Barge sinks off Leigh",
        "Nobody was hurt.",
    ]


def test_the_word_date_further_down_is_no_stamp() -> None:
    article = Article.from_text("Barge sinks\nDate 2021-03-09 was set for the hearing.")
    assert [article.slice(one) for one in article.sentences] == [
        "Barge sinks",
        "Date 2021-03-09 was set for the hearing.",
    ]
