"""Nothing that a model is shown, and no pattern, holds words of the gold articles.

Guarded are the prompt files, every schema's names and descriptions, every guide, and every text
and pattern in the code of ``extractor``, ``schemas`` and ``examples``. The alias table is not: it
is a list of public names, held complete by tests of its own.
"""

from __future__ import annotations

import ast
import re
import shutil
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from extractor.schema.reading import read_schema
from extractor.schema.tree import FieldNode
from extractor.text.folding import tokens
from schemas.guide import Label, Sort
from tests.support.guides import guide_texts, guides, models
from tests.support.leaks import (
    RUN,
    Gold,
    Guarded,
    Leak,
    TooManyReadingsError,
    Words,
    find_leaks,
    fold,
    is_allowed,
    load_gold,
    readings,
    windows,
)

ROOT = Path(__file__).parents[1]
ALLOWLIST = Path(__file__).parent / "leak_allowlist.txt"
REASONS = {"crime", "statute", "rank", "body", "place"}
LONGEST_TERM = 6
DEV_RUN = 8  # words that a development text and a gold article may not share
OWN_TEXTS = (
    "tests/dev/articles",
    "tests/heldout/articles",
    "examples/recalls/articles",
    "examples/texts",
)


@cache
def gold() -> Gold:
    return load_gold(ROOT / "gold")


@cache
def allowlist() -> dict[Words, str]:
    lines = ALLOWLIST.read_text(encoding="utf-8").splitlines()
    entries = [line.split("|") for line in lines if line and not line.startswith("#")]
    return {fold(term): reason.strip() for term, reason in entries}


# --- what is guarded ---


def prompts(folder: Path = ROOT / "extractor" / "sections" / "prompts") -> Iterator[Guarded]:
    """The prompt files; what Jinja fills in is cut out."""
    for path in sorted(folder.iterdir()):
        text = re.sub(r"\{[{%].*?[%}]\}", " ", path.read_text(encoding="utf-8"))
        yield Guarded(f"{path.parent.name}/{path.name}", text)


def descriptions() -> Iterator[Guarded]:
    """Names, options and descriptions of every model's fields, and what the models say they are."""
    for name, model in models().items():
        yield Guarded(f"{name} docstring", model.__doc__ or "")
        if model.model_fields:
            for node in _nodes(read_schema(model)):
                place = f"{name} {node.path}"
                yield Guarded(place, node.description)
                for word in (node.name, *node.labels, *map(str, node.options)):
                    yield Guarded(place, word.replace("_", " "))


def _nodes(node: FieldNode) -> Iterator[FieldNode]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def guide_parts() -> Iterator[Guarded]:
    for name, (guide, _) in guides().items():
        for place, text, is_pattern in guide_texts(guide, name):
            yield Guarded(place, text, is_pattern)


def constants() -> Iterator[Guarded]:
    """Texts in code: default prompts, hints, and the finders' patterns; docstrings left out."""
    for package in ("extractor", "schemas", "examples"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for line, text in _strings(path):
                place = f"{path.relative_to(ROOT)}:{line}"
                yield Guarded(place, text)
                if "\\" in text and _is_pattern(text):
                    yield Guarded(place, text, is_pattern=True)


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, documented)]
    docstrings = {id(one.value) for body in bodies for one in body[:1] if isinstance(one, ast.Expr)}
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    for node in texts:
        if isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def _is_pattern(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        try:
            readings(text)
        except re.error:  # a piece of one, or no pattern at all
            return False
    return True


GROUPS: dict[str, Callable[[], Iterator[Guarded]]] = {
    "prompt files": prompts,
    "descriptions": descriptions,
    "guides": guide_parts,
    "texts and patterns in code": constants,
}


def all_leaks(guarded: Iterable[Guarded]) -> list[Leak]:
    """The leaks, allowed terms among them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of texts that look like patterns
        return [leak for one in guarded for leak in find_leaks(one, gold())]


def leaks(guarded: Iterable[Guarded]) -> list[Leak]:
    return [leak for leak in all_leaks(guarded) if not is_allowed(leak, allowlist())]


@cache
def leaks_of(group: str) -> tuple[Leak, ...]:
    return tuple(all_leaks(GROUPS[group]()))


def show(found: Iterable[object]) -> str:
    return "\n" + "\n".join(map(str, found))


# --- the guard ---


@pytest.mark.parametrize("group", GROUPS)
def test_nothing_holds_gold(group: str) -> None:
    found = [leak for leak in leaks_of(group) if not is_allowed(leak, allowlist())]
    assert not found, show(found)


@pytest.mark.parametrize("group", GROUPS)
def test_there_is_something_to_guard(group: str) -> None:
    assert sum(len(fold(one.text)) >= RUN for one in GROUPS[group]()) >= 3


def test_the_default_prompts_are_guarded() -> None:
    from extractor.guide import asking
    from extractor.model import exchange

    texts = {one.text for one in constants()}
    assert {asking.SYSTEM, asking.COMPACT, asking.NONE, exchange.REASK} <= texts


# --- the allow-list ---


def test_every_allowed_term_has_its_reason() -> None:
    lines = ALLOWLIST.read_text(encoding="utf-8").splitlines()
    entries = [line for line in lines if line and not line.startswith("#")]
    assert entries == sorted(set(entries))
    for entry in entries:
        term, _, reason = entry.partition(" | ")
        assert reason in REASONS, entry
        assert 2 <= len(fold(term)) <= LONGEST_TERM, entry


def test_every_allowed_term_is_needed() -> None:
    found = [leak for group in GROUPS for leak in leaks_of(group)]
    unused = [
        " ".join(term)
        for term in allowlist()
        if not any(is_allowed(leak, [term]) for leak in found)
    ]
    assert not unused, f"no longer needed, remove them: {unused}"


# --- the guard can fail ---


def raw_windows(size: int) -> Iterator[str]:
    """Every run of so many words of the gold articles, as it is printed."""
    for path in sorted((ROOT / "gold" / "articles").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        words = [token for token in tokens(text) if not token.symbol]
        for first, last in zip(words, words[size - 1 :], strict=False):
            yield text[first.start : last.end]


@pytest.fixture(scope="module")
def sentence() -> str:
    """Twelve words of an article without punctuation."""
    return next(words for words in raw_windows(12) if re.fullmatch(r"[a-z ]+", words))


def test_a_leak_planted_in_a_prompt_is_found(tmp_path: Path, sentence: str) -> None:
    folder = tmp_path / "prompts"
    shutil.copytree(ROOT / "extractor" / "sections" / "prompts", folder)
    assert leaks(prompts(folder)) == []
    planted = " ".join(sentence.split()[:6])
    with (folder / "section.txt").open("a", encoding="utf-8") as file:
        file.write(f"\nFor example: {planted}.\n")
    found = leaks(prompts(folder))
    assert {leak.place for leak in found} == {"prompts/section.txt"}
    assert {leak.words for leak in found} >= set(windows(fold(planted), RUN))


def test_every_five_words_are_found_however_they_are_set() -> None:
    missed = []
    for number, words in enumerate(one for one in raw_windows(RUN) if not re.search(r"\d", one)):
        set_anew = (words.upper(), "\n".join(words.split()), words.replace("’", "'"))[number % 3]
        if not find_leaks(Guarded("made up", f"Say what it is.\n{set_anew}\nThen stop."), gold()):
            missed.append(words)
    assert not missed, show(missed[:5])


def test_every_value_is_found() -> None:
    missed = [
        value
        for value in gold().values
        if not find_leaks(Guarded("made up", f"such as {' '.join(value)}, or none"), gold())
    ]
    assert not [value for value in missed if "#" not in " ".join(value)]


def test_four_words_are_no_leak(sentence: str) -> None:
    words = " ".join(sentence.split()[:4])
    found = find_leaks(Guarded("made up", words), gold())
    assert not [leak for leak in found if leak.kind == "article"]


def test_a_leak_in_a_guide_is_found(sentence: str) -> None:
    words = sentence.split()[:6]
    spaced = r"\s+".join(map(re.escape, words))
    optional = r"\s+".join(f"(?:{word}|pear)s?" for word in words)
    step = Sort(
        name="made up",
        find="names",
        question="What is it?",
        labels=(
            Label("one", cues=(rf"\b(?:pear|{spaced})\b", r"\bpear\b")),
            Label("two", near=(optional,)),
            Label("three", bar=(rf"(?!{spaced})\w+",)),
            Label(" ".join(words)),
        ),
        examples=(("pear", " ".join(words), "one"), ("pear", "A pear fell.", "one")),
        settled=((spaced, ""), ("pear", "")),
    )
    found = leaks(Guarded(*part) for part in guide_texts(step, "step"))
    assert sorted({leak.place.partition(".")[2] for leak in found}) == [
        "examples[0][1]",
        "labels[0][one].cues[0]",
        "labels[1][two].near[0]",
        "labels[2][three].bar[0]",
        f"labels[3][{' '.join(words)}].name",
        "settled[0]",
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\bred (?:pears?|apples)\b", {"red pearʬ", "red apples"}),
        (r"(?:very )?old[- ]tree", {"very old tree", "old tree"}),
        (r"colou?r\s+of the|grey", {"coloʬr of the", "grey"}),
        (r"stone (?!wall of)\w+ house", {"wall of", "stone ʬ house"}),
        (r"(?:far ){1,2}away", {"far away", "far far away"}),
        (r"[^.]{0,9} end", {"ʬ end"}),
    ],
)
def test_a_pattern_is_read_for_what_it_can_match(pattern: str, expected: set[str]) -> None:
    assert {" ".join(words) for words in readings(pattern)} == expected


def test_a_pattern_that_cannot_be_listed_is_no_silent_pass() -> None:
    with pytest.raises(TooManyReadingsError):
        readings("(?:a1|b1|c1|d1)" * 9)


def test_an_allowed_term_hides_itself_and_nothing_more() -> None:
    value = max((value for value in gold().values if len(value) < RUN), key=len)
    here = Guarded("made up", " ".join(value))
    found = [leak for leak in find_leaks(here, gold()) if leak.words == value]
    assert found
    assert is_allowed(found[0], [value])
    assert is_allowed(found[0], [("the", *value, "too")])
    assert not is_allowed(found[0], [value[1:], value[:-1]])


# --- texts of our own making ---


def shared(text: str, articles: Iterable[Words], size: int = DEV_RUN) -> list[str]:
    known = {run for words in articles for run in windows(words, size)}
    return [" ".join(run) for run in windows(fold(text), size) if run in known]


@pytest.mark.parametrize("folder", OWN_TEXTS)
def test_our_own_texts_are_not_derived_from_gold(folder: str) -> None:
    paths = sorted((ROOT / folder).glob("*.txt"))
    assert paths
    for path in paths:
        found = shared(path.read_text(encoding="utf-8"), gold().articles)
        assert not found, f"{path.name}: {found}"


def test_eight_words_in_a_text_of_our_own_would_be_found(sentence: str) -> None:
    words = sentence.split()
    assert shared("It was told: " + " ".join(words[:DEV_RUN]), gold().articles)
    assert not shared("It was told: " + " ".join(words[: DEV_RUN - 1]), gold().articles)
