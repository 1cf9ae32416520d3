"""Whatever a text holds, finders do not fail, and a mention is what stands at its offsets."""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extractor.finders import contacts, dates, lines, names, numbers, quotations, terms
from extractor.finders.mention import Mention, clause
from extractor.text.article import Article, Span

PIECES = [
    "Twelve", "12", "1,200", "a dozen", "No one was", "aged", "between", "and", "18-25", ",", ", ",
    "more than", "up to", "all women", "men", "5%", "£40", "Monday", "12 March 2021", "March 2021",
    "0000-01-01", "0001-01-01", "2021-02-29", "9999-12-31", "31 June", "today", "yesterday",
    "last Sunday", "three-day", "a week of", "Published", "Anna", "Anna Reid’s", "of", "the Ashby",
    "(AR)", "Police", "St.", "O’Hara", "&", "call", "0800 000 000", "101", "help@hope.example",
    "www.hope.example/a", "web form", "suspicion of", "theft", "“", "”", '"', "said", ".", ". ",
    "!", ":", " ", "  ", "\n", "\n\n", "\r", "\u2028", "\x1d", "\t", "e\u0301", "ǅ", "İ", "ß", "١٢",
    "²", "½", "\x00", "\ud800", "𝟙𝟚", "–", "—", "'s",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=30).map(
    lambda pieces: " ".join(pieces)
)
GLUED = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
PATTERNS = (r"suspicion of", r"\btheft\b", r"\bmen\b|", r"")


def known(name: str) -> str | None:
    """A vocabulary of one body with two names."""
    return "Ashby Police" if name in ("Ashby", "the Ashby", "Ashby Police") else None


def mentions(article: Article) -> Iterable[Mention]:
    yield from numbers.numbers(article)
    page = dates.page_date(article)
    yield from dates.dates(article, page)
    yield from dates.durations(article)
    yield from contacts.contacts(article)
    yield from terms.terms(article, PATTERNS)
    yield from terms.charges(article, PATTERNS[:1], PATTERNS[1:])


@settings(max_examples=150, deadline=None)
@given(st.one_of(TEXTS, GLUED, st.text()))
def test_any_text_gives_mentions_inside_their_sentences(text: str) -> None:
    article = Article.from_text(text)
    for found in mentions(article):
        sentence = article.sentence(found.sentence)
        assert not sentence.boilerplate
        whole = Span(sentence.start, sentence.end)
        for outer, inner in [
            (whole, found.clause),
            (whole, found.phrase),
            (found.phrase, found.span),
            (found.clause, found.span),
        ]:
            assert outer.start <= inner.start < inner.end <= outer.end
        assert article.slice(found.span).strip()
        if isinstance(found.value, int):
            assert found.value >= 0


@settings(max_examples=150, deadline=None)
@given(st.one_of(TEXTS, GLUED, st.text()))
def test_any_text_gives_names_lines_and_speeches(text: str) -> None:
    article = Article.from_text(text)
    for name in names.names(article, known):
        forms = [article.slice(span) for span in name.mentions]
        assert tuple(dict.fromkeys(forms)) == name.forms
        assert name.text in forms
        assert all(form.strip() == form and form for form in forms)
        assert [*name.mentions] == sorted(name.mentions, key=lambda span: span.start)
        assert all(article.sentence_at(span.start) for span in name.mentions)
    for line in lines.headline_lines(article):
        assert article.slice(line.span) == line.value
        assert len(str(line.value).splitlines()) == 1
    for speech in quotations.speeches(article):
        assert 0 <= speech.around.start <= speech.around.end <= len(text)
        for passage in speech.passages:
            assert article.slice(passage.span) == passage.value
            assert passage.value not in speech.shown or len(str(passage.value)) < 20
    page = dates.page_date(article)
    if page is not None:
        assert 0 <= page.span.start < page.span.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "word 12 " * 4000,
        "call " + "a" * 30_000,
        "call " + "a-" * 15_000,
        "call " + "a." * 15_000,
        "call 12 " * 3000,
        "Anna Reid (AR) and " * 2000,
        "on 12 March, " * 2000,
        "“Stop it now,” he said. " * 300,
        "suspicion of theft, " * 2000,
    ],
    ids=lambda text: text[:12],
)
def test_long_texts_are_read_in_time(text: str) -> None:
    article = Article.from_text(text)
    began = time.process_time()
    list(mentions(article))
    names.names(article, known)
    list(quotations.speeches(article))
    list(lines.headline_lines(article))
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("text", "mention", "around"),
    [
        ("In Leigh, six men, all young, left.", "six", "six men"),
        ("Six men left; two stayed.", "two", "two stayed."),
        ("He said “two more” left.", "two", "two more"),
        ("About 1,200 men left", "1,200", "About 1,200 men left"),
        ("Boats (two of them) sank.", "two", "two of them"),
    ],
)
def test_a_clause_ends_at_the_nearest_marks(text: str, mention: str, around: str) -> None:
    at = text.index(mention)
    start, end = clause(text, at, at + len(mention))
    assert text[start:end] == around


@given(TEXTS, st.data())
def test_a_clause_holds_its_mention(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    left, right = clause(text, start, end)
    assert 0 <= left <= start <= end <= right <= len(text)


# --- contacts ---


def contacts_in(text: str) -> list[tuple[str, str]]:
    article = Article.from_text(text)
    return [(str(one.value), " ".join(one.tags)) for one in contacts.contacts(article)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Call police on 101 at any time.", [("101", "phone")]),
        ("Call 101 this evening.", [("101", "phone")]),
        ("Police called in 150 officers.", []),
        ("Text 120 people if you can.", []),
        ("Phone 0800 000 000 or 01632 960 001.", [("0800 000 000", "phone"),
                                                   ("01632 960 001", "phone")]),
        ("Ring (555) 010-0199.", [("(555) 010-0199", "phone")]),
        ("Ring 1-888-FISH-NOW today.", [("1-888-FISH-NOW", "phone")]),
        ("Write to help.desk@hope.example now.", [("help.desk@hope.example", "mail")]),
        ("Visit www.hope.example/help.", [("www.hope.example/help", "web")]),
        ("Visit https://hope.example, or hope.org for help.",
         [("https://hope.example", "web"), ("hope.org", "web")]),
        ("Report it online.", [("online", "channel")]),
        ("Or use the anonymous web form to report it.", [("anonymous web form", "channel")]),
        ("Report it through the app.", [("app", "channel")]),
        ("Report it in the Harbour app.", [("Harbour app", "channel")]),
        ("The barge is worth 0800 000 000.", []),
        ("Call 12 March 2021 a success.", []),
    ],
)  # fmt: skip
def test_contacts(text: str, found: list[tuple[str, str]]) -> None:
    assert contacts_in(text) == found


# --- terms and charges ---


def test_terms_ignore_case_and_come_in_order() -> None:
    article = Article.from_text("Nets were cut. A BOAT sank near the boats.")
    found = terms.terms(article, (r"\bboats?\b", r"\bnets\b"))
    assert [article.slice(one.span) for one in found] == ["Nets", "BOAT", "boats"]


@pytest.mark.parametrize("patterns", [(), ("",), (r"\b",), (r"x*",)])
def test_patterns_that_match_nothing_find_nothing(patterns: tuple[str, ...]) -> None:
    article = Article.from_text("Two were held on suspicion of theft.")
    assert not list(terms.terms(article, patterns))
    assert not list(terms.charges(article, (), patterns))


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("Two were held on suspicion of poaching, arson and handling stolen nets.",
         ["poaching", "arson", "handling stolen nets"]),
        ("They were held on suspicion of an alleged arson on Monday.", ["arson"]),
        ("A man held on suspicion of poaching was freed.", ["poaching"]),
        ("Held on suspicion of poaching: three men.", ["poaching"]),
        ("Held on suspicion of poaching for two years.", ["poaching"]),
        ("Held on suspicion of poaching. Poaching is rare.", ["poaching", "Poaching"]),
        ("The Poaching Act helped.", []),
        ("No crime at all.", []),
        ("Held on suspicion of poaching in Leigh, and are helping.", ["poaching"]),
        ("Held on suspicion of several sea offences including poaching, arson.",
         ["poaching", "arson"]),
        ("Held on suspicion of:\n- Two counts of poaching, contrary to the Act\n"
         "• Together with Bo Lund, stealing nets between May and June\nBoth left.",
         ["poaching", "stealing nets"]),
        ("They took:\n- poaching tackle", ["poaching"]),  # no charge: only the noun
    ],
)  # fmt: skip
def test_charges(text: str, items: list[str]) -> None:
    article = Article.from_text(text)
    found = terms.charges(article, (r"suspicion of\b",), (r"\bpoaching\b",))
    assert [article.slice(one.span) for one in found] == items


@given(TEXTS)
def test_charges_of_a_sentence_do_not_overlap(text: str) -> None:
    article = Article.from_text(text)
    found = [one.span for one in terms.charges(article, PATTERNS[:1], PATTERNS[1:2])]
    found.sort(key=lambda span: span.start)
    assert all(one.end <= other.start for one, other in pairwise(found))


# --- lines ---

BODY = "Police in Leigh said on Monday that the search for the lost barge had come to an end."


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"Barge found in the harbour\n\n{BODY}", ["Barge found in the harbour"]),
        (f"Skip to content\nBarge found in the harbour\n{BODY}", ["Barge found in the harbour"]),
        (f"Leigh Echo\n12 March 2021\nBarge is found\n{BODY}\nA line below", ["Barge is found"]),
        (f"Barge is found\r{BODY}\rA line below", ["Barge is found"]),
        (f"Barge is found\u2028{BODY}", ["Barge is found"]),
        (f"Barge is found.\n{BODY}", []),
        (f"Published 9am, 12 March 2021, updated\nBarge is found\n{BODY}", ["Barge is found"]),
        (f"{BODY}\nBarge is found", []),
        (f"ASHBY PORT AUTHORITY\nBarge is found\n{BODY}", ["Barge is found"]),
        (f"Leigh | All the news\nBarge is found\n{BODY}", ["Barge is found"]),
        (f"BARGE IS FOUND\n{BODY}", ["BARGE IS FOUND"]),
        ("", []),
    ],
)
def test_headline_lines(text: str, found: list[str]) -> None:
    assert [one.value for one in lines.headline_lines(Article.from_text(text))] == found


# --- quotations ---


def speeches_in(text: str) -> list[tuple[str, list[str]]]:
    found = quotations.speeches(Article.from_text(text))
    return [(one.shown, [str(passage.value) for passage in one.passages]) for one in found]


@pytest.mark.parametrize("gap", ["\n\n", "\r\n", "\n \n"])
def test_a_speech_comes_with_the_words_that_attribute_it(gap: str) -> None:
    text = gap.join(
        [
            "Anna Reid said: “The barge is safe and sound.”",
            "“It will sail again,” Tom Ode agreed.",
            "Captain Lee Hart added:",
            "“We are glad. Very glad.",
            "“We thank them all.”",
            "The ship “Heron” left.",
        ]
    )
    assert speeches_in(text) == [
        ("Anna Reid said: …", ["The barge is safe and sound."]),
        ("… Tom Ode agreed.", ["It will sail again,"]),
        ("Captain Lee Hart added: …", ["We are glad. Very glad.", "We thank them all."]),
    ]


def test_what_another_speaker_says_is_not_shown() -> None:
    text = "“It is safe now,” said Anna. “It is not safe at all,” said Bo."
    assert [shown for shown, _ in speeches_in(text)] == ["… said Anna. … said Bo."] * 2


@example("Ashby Gazette 020 7946 0000")
@given(TEXTS)
def test_furniture_is_not_searched(text: str) -> None:
    article = Article.from_text(f"Skip to content\nRead more: {' '.join(text.split())}\nMenu")
    furniture = [Span(one.start, one.end) for one in article.sentences if one.boilerplate]
    for one in mentions(article):
        assert not any(span.start <= one.span.start < span.end for span in furniture)


def test_the_first_speaker_may_be_named_a_few_lines_above() -> None:
    head = "Captain Lee Hart warned of high seas.\nRead more:\n"
    assert speeches_in(f"{head}He added: “Stay at home, all of you.”") == [
        (
            "Captain Lee Hart warned of high seas. Read more: He added: …",
            ["Stay at home, all of you."],
        )
    ]
    later = "\nThe sea fell.\nShe said: “It is over now, I think.”"
    shown = [one for one, _ in speeches_in(f"{head}He added: “Stay at home, all.”{later}")]
    assert shown[1] == "The sea fell. She said: …"  # whoever spoke before is meant
