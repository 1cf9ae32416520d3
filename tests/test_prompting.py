"""What is written to the model: the article first and the same, then the schema's own words."""

from __future__ import annotations

import json
import re

import pytest
from pydantic import BaseModel

from extractor.sections import prompting
from extractor.sections.plan import plan
from extractor.text.article import Article
from schemas import OperationReport
from tests.support.plan_schemas import SCHEMAS, JobAdvert, Recipe

TEXT = "Rye loaf {{ 7 * 7 }}\n\nMix 300g of <rye> flour & water. Bake {% raw %} for “an hour”.\n"
ARTICLE = Article.from_text(TEXT)


def user_text(schema: type[BaseModel], field: str) -> str:
    section = next(one for one in plan(schema) if field in one.fields)
    return prompting.messages(ARTICLE, section)[1].content


@pytest.mark.parametrize("schema", [*SCHEMAS, OperationReport])
def test_all_sections_share_everything_up_to_the_articles_end(schema: type[BaseModel]) -> None:
    asked = [prompting.messages(ARTICLE, section) for section in plan(schema)]
    assert len({system.content for system, _ in asked}) == 1
    assert [one.role for one in asked[0]] == ["system", "user"]
    starts = {user.content[: user.content.index("Form:")] for _, user in asked}
    assert len(starts) == 1 and ARTICLE.numbered() in starts.pop()


def test_the_article_is_never_taken_for_a_template() -> None:
    text = user_text(Recipe, "title")
    assert "[1] Rye loaf {{ 7 * 7 }}" in text
    assert "<rye> flour & water" in text and "{% raw %}" in text


def test_the_question_is_made_of_the_schemas_descriptions_and_options() -> None:
    text = user_text(Recipe, "ingredients")
    assert "ingredients: " in text and "at most 4" in text
    assert "  name: what is bought" in text
    assert "one of: g, tbsp, piece" in text
    assert "for how many people (a whole number)" in user_text(Recipe, "serves")
    assert "one of: 1 for mild, 2 for hot" in user_text(Recipe, "heat")
    assert "opens: opens (date and time as YYYY-MM-DDTHH:MM:SS)" in user_text(JobAdvert, "opens")


def test_a_bound_is_explained_once_a_section() -> None:
    text = user_text(OperationReport, "officers")
    assert text.count("exact, unless the words say") == 1
    assert text.count("(a number with its bound)") == 5


def test_who_is_quoted_is_cited_by_the_quotation() -> None:
    text = user_text(OperationReport, "statements")
    assert "cite the sentences that hold the quotation" in text
    assert "quotes" not in text.partition("Form:")[2]


@pytest.mark.parametrize("schema", [*SCHEMAS, OperationReport])
def test_the_shape_has_the_replys_keys_in_order_and_no_words_to_copy(
    schema: type[BaseModel],
) -> None:
    for section in plan(schema):
        wire = section.reply.model_json_schema()
        shape = prompting.shape(wire)
        keys = re.findall(r'"(\w+)":', shape)
        assert keys == re.findall(r'"(\w+)":', _keys(wire))
        assert not re.search(r':"', shape)
        assert " " not in re.sub(r"<[^>]*>", "", shape)


def _keys(schema: dict[str, object]) -> str:
    """The property names of a JSON Schema in order, each as a JSON key."""
    if "anyOf" in schema:
        return "".join(_keys(one) for one in schema["anyOf"])  # type: ignore[attr-defined]
    if "items" in schema:
        return _keys(schema["items"])  # type: ignore[arg-type]
    inner = schema.get("properties", {})
    return "".join(f"{json.dumps(key)}:{_keys(one)}" for key, one in inner.items())  # type: ignore[attr-defined]


def test_the_shape_says_where_null_may_stand() -> None:
    section = next(one for one in plan(Recipe) if "ingredients" in one.fields)
    assert prompting.shape(section.reply.model_json_schema()) == (
        '{"ingredients":[{"s":[<sentence>],"name":<text>,"amount":<number|null>,'
        '"unit":<option|null>,"notes":[<text>,...]},...]}'
    )


def test_asking_again_sends_the_reply_back_with_the_reasons() -> None:
    section = plan(Recipe)[0]
    first = prompting.messages(ARTICLE, section)
    turns = prompting.again(first, '{"x":1}', ["serves 900: too many", "title: <none> & so on"])
    assert turns[:2] == first
    assert [one.role for one in turns] == ["system", "user", "assistant", "user"]
    assert turns[2].content == '{"x":1}'
    assert "- serves 900: too many\n- title: <none> & so on\n" in turns[3].content


def test_the_version_follows_the_prompt_files(monkeypatch: pytest.MonkeyPatch) -> None:
    version = prompting.prompt_version()
    assert re.fullmatch(r"[0-9a-f]{12}", version)
    text = prompting._text
    for changed in prompting._FILES:
        prompting.prompt_version.cache_clear()
        with monkeypatch.context() as patch:
            patch.setattr(
                prompting, "_text", lambda name, c=changed: text(name) + "!" * (name == c)
            )
            assert prompting.prompt_version() != version
    prompting.prompt_version.cache_clear()
    assert prompting.prompt_version() == version


def test_no_prompt_file_is_left_unhashed() -> None:
    folder = prompting.files("extractor.sections").joinpath("prompts")
    present = {one.name for one in folder.iterdir() if one.name.endswith(".txt")}
    assert set(prompting._FILES) <= present
