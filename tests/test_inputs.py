"""Inputs: finding articles, naming them, and decoding bytes without altering the text."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from extractor.errors import InputError
from extractor.run.inputs import Source, decode, find, read

PROSE = "Three bakers opened a café in Northvale on Monday. “A start,” said one."


def write(path: Path, content: bytes | str = PROSE) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def ids(*arguments: str) -> list[str]:
    found = find(arguments)
    assert not found.problems
    return [source.id for source in found.sources]


def test_a_folder_gives_its_text_files_by_name(tmp_path: Path) -> None:
    for name in ("b.txt", "a.TXT", "c.md", "deep/d.txt"):
        write(tmp_path / name)
    (tmp_path / "e.txt").mkdir()
    assert ids(str(tmp_path)) == ["a", "b"]


def test_arguments_keep_their_order_and_are_taken_once(tmp_path: Path) -> None:
    b, a = write(tmp_path / "b.txt"), write(tmp_path / "a.txt")
    assert ids(b, "-", str(tmp_path), a, "-") == ["b", "stdin", "a"]


def test_equal_names_get_their_folder(tmp_path: Path) -> None:
    one, two, three = (write(tmp_path / name) for name in ("x/a.txt", "y/a.txt", "y/b.txt"))
    assert ids(one, two, three) == ["x-a", "y-a", "b"]
    four = write(tmp_path / "y/a.md")
    assert ids(one, two, four) == ["x-a", "y-a.txt", "y-a.md"]
    five = write(tmp_path / "deep/x/a.txt")
    assert ids(one, five) == ["1-a", "2-a"]


@given(st.lists(st.sampled_from(["a", "b", "x-a"]), min_size=1, max_size=4, unique=True), st.data())
def test_ids_are_always_different(stems: list[str], data: st.DataObject) -> None:
    from extractor.run.inputs import _ids

    names = st.builds(
        lambda folder, stem, ending: Path("/r", *folder, stem + ending),
        st.lists(st.sampled_from(["x", "y"]), max_size=2),
        st.sampled_from(stems),
        st.sampled_from([".txt", ".md", ""]),
    )
    paths = data.draw(st.lists(names, max_size=6, unique=True))
    found = _ids(paths)
    assert len({*found}) == len(found) == len(paths)


def test_what_is_not_there_is_a_problem_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    good = write(tmp_path / "good.txt")
    found = find([str(tmp_path / "nowhere"), str(tmp_path / "empty"), good])
    assert [source.id for source in found.sources] == ["good"]
    messages = [str(problem) for problem in found.problems]
    assert "nowhere: no such file or folder" in messages[0]
    assert "empty: no articles" in messages[1]
    assert all("\n" not in message for message in messages)


def test_standard_input_is_read_as_bytes() -> None:
    assert read(Source("stdin", None), io.BytesIO(PROSE.encode("utf-16"))) == PROSE
    with pytest.raises(InputError, match="standard input: is empty"):
        read(Source("stdin", None), io.BytesIO(b""))


def test_a_file_that_went_away_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.txt: cannot be read: No such file"):
        read(Source("gone", tmp_path / "gone.txt"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"], ids=str)
def test_encodings_that_are_understood(encoding: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", PROSE.encode(encoding))
    assert read(Source("a", Path(path))) == PROSE


def test_the_text_is_untouched() -> None:
    text = "  One\r\ntwo\rthree\n\n\tfour \u00a0\u2028five\ufeff  \x0c"
    assert decode(text.encode(), "a.txt") == text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b" \r\n\t ", "is empty"),
        ("\ufeff \u200b\u2028".encode(), "holds no words"),
        (b"--- *** ---", "holds no words"),
        (b"text with a \0 in it", "is binary"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is binary"),
        (bytes(range(1, 32)) * 9 + b"letters", "is binary"),
        ("a\0b".encode("utf-16"), "is binary"),
        (PROSE.encode("utf-16-le"), "is binary"),
        (PROSE.encode("utf-16")[:-1], "is damaged UTF-16"),
        (PROSE.encode() + b" \xe2\x80", "is damaged UTF-8 at byte"),
        ("Три пекаря открыли кафе в понедельник.".encode("cp1251"), "is of unknown encoding"),
        ("三人のパン屋が月曜日に店を開いた。".encode("shift-jis"), "is of unknown encoding"),
        ("Trzech piekarzy, Paweł i bułki głośno".encode("cp1250"), "is of unknown encoding"),
        (b"caf\xe9 and \x81 undefined", "is of unknown encoding"),
    ],
)
def test_what_is_no_article_is_refused_in_one_line(content: bytes, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        decode(content, "dir/a.txt")
    message = str(caught.value)
    assert message.startswith(f"dir/a.txt: {reason}")
    assert "\n" not in message


@given(st.text())
def test_any_utf8_text_comes_back_or_is_refused(text: str) -> None:
    assume(not text.startswith("\ufeff"))
    try:
        assert decode(text.encode("utf-8", "surrogatepass"), "a") == text
    except InputError as error:
        assert str(error).startswith("a: ")


@given(st.binary())
def test_any_bytes_give_words_or_an_input_error(content: bytes) -> None:
    try:
        text = decode(content, "a")
    except InputError:
        return
    assert any(character.isalnum() for character in text)
    assert "\0" not in text
