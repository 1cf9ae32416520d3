"""Quotations: where passages begin and end, which belong together, which are speech.

All article text here is invented.
"""

from __future__ import annotations

import pytest

from extractor.text.article import Article

MARKS = "\"“”„‟«»'‘’"


def quoted(text: str, speech: bool) -> list[list[str]]:
    article = Article.from_text(text)
    chosen = (q for q in article.quotations if q.speech is speech)
    return [[article.slice(passage) for passage in q.passages] for q in chosen]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Ms Lee said: "We are glad. It is over."', [["We are glad. It is over."]]),
        ("Ms Lee said:\u00a0“ We are glad. ”", [["We are glad."]]),
        ("‘We won’t stop until the victims’ kin are safe,’ said Ms Lee.", None),
        ("'We won't stop until the victims' kin are safe,' said Ms Lee.", None),
        ("« We are all glad », said Mr Roux.", [["We are all glad"]]),
        ("„We are all glad“, said Mr Berg.", [["We are all glad"]]),
        ("”We are all glad”, said Mr Berg.", [["We are all glad"]]),
        ("“We are all glad,“ he said. “It is over.”", [["We are all glad,", "It is over."]]),
        ('“We are all glad," he said. "It\'s over”.', [["We are all glad,", "It's over"]]),
        ("“He told us ‘go’ and “stay” too,” she said.", [["He told us ‘go’ and “stay” too,"]]),
        ('"He called it a "very bad" idea, which it is," she said.', None),
        ("‘He told us “go” and left,’ she said.", [["He told us “go” and left,"]]),
        ('The 6" knife was “very, very sharp indeed”, Lee said.', [["very, very sharp indeed"]]),
        ('"Yes," he said, "always."', [["Yes,", "always."]]),
        ('"We did well," Roe said. "It took years."', [["We did well,", "It took years."]]),
        ('"We did well," said Roe. He added: "More soon."', [["We did well,", "More soon."]]),
        ('"We did well," said Roe, of Acme. Supt Roe added: "More."', [["We did well,", "More."]]),
        ('"We did well," said Roe. Poe added: "I agree."', [["We did well,"], ["I agree."]]),
        ('"I saw it all," said Roe. "So did I," said Poe.', [["I saw it all,"], ["So did I,"]]),
        ('"I saw it all," said Roe. A boy said: "So did I."', [["I saw it all,"], ["So did I."]]),
        ('Roe said: "One is held." Poe said: "Two are."', [["One is held."], ["Two are."]]),
        ("Roe told how “fear ruled us”, adding that “no one spoke out loud”.", None),
        (
            'Roe said "we did all we could" but Poe said "that was not enough".',
            [["we did all we could"], ["that was not enough"]],
        ),
        ('He called it "a truly awful case of greed".', [["a truly awful case of greed"]]),
        ('"Never again." That was the vow.', [["Never again."]]),
        ('"Stop!" Mr Poe shouted.', [["Stop!"]]),
        ('They shouted "Help!" and ran.', [["Help!"]]),
        ("“He failed us. He has gone” were Roe's words.", [["He failed us. He has gone"]]),
        ("'We will find you', police tell gang", [["We will find you"]]),
    ],
)
def test_speech(text: str, expected: list[list[str]] | None) -> None:
    found = quoted(text, speech=True)
    if expected is None:  # one quotation, up to the outermost marks
        assert len(found) == 1
        first = text.index(found[0][0])
        assert text[first - 1] in MARKS
        assert text[text.rindex(found[0][-1]) + len(found[0][-1])] in MARKS
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('The "boss" and his “soldiers” were held, police said.', ["boss", "soldiers"]),
        ("The drive, codenamed “Harbour Light”, began.", ["Harbour Light"]),
        ("Police said the “New Plan for Our City” would help.", ["New Plan for Our City"]),
        ("She said she was “shocked”.", ["shocked"]),
        ('A show called "Look Again at What You See" is on.', ["Look Again at What You See"]),
        (
            'Police said the drive, dubbed "never look away again", works.',
            ["never look away again"],
        ),
        ('Officers found "a large sum of money" in it.', ["a large sum of money"]),
        ("Gang of 'monsters' jailed", ["monsters"]),
        ("Slavery: 'shed boss' held over workers' ordeal", ["shed boss"]),
        ('The "man with the van," who police said was 40, left.', ["man with the van,"]),
    ],
)
def test_marks_that_are_not_speech(text: str, expected: list[str]) -> None:
    assert quoted(text, speech=True) == []
    assert [q[0] for q in quoted(text, speech=False)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "It's the dogs' home, rock 'n' roll and the '90s, don't you know.",
        "O’Brien’s van and the officers’ dogs, ’til late, ‘em too.",
        'A 6" knife and a 12" one.',
        '"" and " " and “” and « »',
        "a ” b » c ’ d",
    ],
)
def test_marks_that_quote_nothing(text: str) -> None:
    assert Article.from_text(text).quotations == ()


@pytest.mark.parametrize(("left", "right"), [("“", "”"), ('"', '"'), ("‘", "’"), ("'", "'")])
def test_a_quotation_runs_over_paragraphs(left: str, right: str) -> None:
    text = (
        f"Ms Lee said: {left}It was a long week. We are tired.\n\n"
        f"{left}The victims' kin are safe.\nAdvertisement\n"
        f"{left}It's over,{right} she said. {left}For now.{right}\n"
        f"{left}That is all we know,{right} Mr Poe said."
    )
    assert quoted(text, speech=True) == [
        [
            "It was a long week. We are tired.",
            "The victims' kin are safe.",
            "It's over,",
            "For now.",
        ],
        ["That is all we know,"],
    ]


def test_an_unclosed_quotation_ends_with_its_paragraph() -> None:
    text = 'Ms Lee said: "We are glad. It is over.\nThe town is quiet.\n"So it seems," said Poe.'
    assert quoted(text, speech=True) == [["We are glad. It is over."], ["So it seems,"]]


def test_a_lost_line_break_starts_a_new_passage_of_the_same_quotation() -> None:
    text = "She said: “It was long. “It is over. We go on.”"
    assert quoted(text, speech=True) == [["It was long.", "It is over. We go on."]]
