"""Site furniture: what is marked as boilerplate, and above all what is not.

All article text here is invented.
"""

from __future__ import annotations

import pytest

from extractor.text.article import Article


def furniture(text: str) -> list[str]:
    article = Article.from_text(text)
    return [article.slice(s) for s in article.sentences if s.boilerplate]


HEADER = """14.5 C
Mill by the Sea
Friday, 12 March 2021
HomeCrimeFive held after raids on sheds in Northvale

Five held after raids on sheds in Northvale
By Jane Roe, Crime Reporter
Facebook Twitter Email
3 comments

Five people were held on Friday after raids on sheds in Northvale, police said.
"""
BODY = "\n".join(
    f"Officers searched shed number {n} in the north of the town and took boxes away, police said."
    for n in range(5)
)


def test_header_furniture_is_marked_but_not_headline_and_date() -> None:
    assert furniture(HEADER) == [
        "14.5 C",
        "Mill by the Sea",
        "HomeCrimeFive held after raids on sheds in Northvale",
        "By Jane Roe, Crime Reporter",
        "Facebook Twitter Email",
        "3 comments",
    ]


def test_a_headline_below_the_temperature_is_kept_if_there_is_no_other() -> None:
    text = f"14.5 C\nSeven Held In Northvale\n12 March 2021\n{BODY}"
    assert furniture(text) == ["14.5 C"]


@pytest.mark.parametrize(
    "line",
    [
        "Home > News > Crime",
        "News » Five held",
        "Home / Crime / Five held",
        "Northvale 12°C",
        "Local News",
        "NEWSROOM | NEWS",
        "Home   News   Sport   Jobs",
        "Sign in | Subscribe | Puzzles",
        "By our crime staff",
        "Crime Reporter",
        "By Jane Roe",
        "BY JANE ROE AND MARK POE",
        "by Jane Roe | Chief Reporter",
        "By The Associated Press",
    ],
)
def test_header_only_furniture(line: str) -> None:
    assert furniture(f"{line}\nFive held in raid\n{BODY}") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Share",
        "Share on Facebook",
        "Share this article",
        "Advertisement",
        "Story continues below",
        "Read more: Man jailed over shed plot",
        "READ MORE",
        "Sign up to our newsletter for daily news",
        "Get the latest stories straight to your inbox",
        "Follow us on Facebook and X",
        "We use cookies to make this site better. You can refuse them at any time. Read on.",
        "Accept all cookies",
        "© 2021 Northvale Star",
        "Image: Northvale Police",
        "Image source, Northvale Police",
        "Photo credit: Ann Lee",
        "A shed in Northvale (Image: Ann Lee)",
        "Police at the shed (Ann Lee/PA)",
        "Report offensive comments to us.",
        "* * *",
        "5 min read",
        "Tags: sheds, Northvale",
        "Pictured: one of the sheds",
        "You may also like: Man jailed over shed plot",
        "Share this page: Facebook | X | Email",
    ],
)
def test_furniture_between_body_lines(line: str) -> None:
    assert "".join(furniture(f"{BODY}\n{line}\n{BODY}")).replace(" ", "") == line.replace(" ", "")


@pytest.mark.parametrize(
    "line",
    [
        "Home Office staff were there.",
        "HomeStart charity raided",
        "Share prices fell on Friday.",
        "Advertisements for the sheds were found on a website.",
        "Signs of abuse were seen by our newsletter team.",
        "Readers sign up to a newsletter.",
        "“Sign up to our newsletter,” said Ms Lee.",
        "Ms Lee said: “We are glad. Sign up to our newsletter for more.”",
        "Related offences are being looked at.",
        "Comments made by the judge shocked the town.",
        "Hackers use cookies to steal from people.",
        "Already a member of the gang, he was held.",
        "Pictures, phones and cash were taken.",
        "By Friday night five people had been held.",
        "Read the statement in full on the force's website.",
        "The shed was at 17.5 C when officers came.",
        "12 March 2021",
        "Published: 12 March 2021",
        "101",
        "Sheds and vans",
    ],
)
def test_ordinary_lines_are_kept(line: str) -> None:
    if line != "101":  # a bare number says nothing
        assert furniture(f"Five held in raid\n{line}\n{BODY}\n{line}") == []


def test_a_furniture_sentence_within_a_line_is_marked_alone() -> None:
    text = f"{BODY} Nobody was hurt. Sign up to our newsletter here. Five go on. (Image: Ann Lee)"
    assert furniture(text) == ["Sign up to our newsletter here.", "(Image: Ann Lee)"]


def test_links_to_other_articles_end_where_the_body_goes_on() -> None:
    links = ["Related articles", "Man jailed over plot", "Woman held at airport"]
    text = "\n".join([BODY, *links, BODY, "Where to get help", "Call the hotline."])
    assert furniture(text) == links


def test_a_comment_section_runs_to_the_end() -> None:
    rules = ["Comments: Our rules.", "Be kind to all who write here.", "Read them", "Bob: Great!"]
    assert furniture("\n".join([BODY, *rules])) == rules
    same_line = ["Comments: Our rules.", "Be kind to all who write here."]
    assert furniture(f"{BODY}\n{' '.join(same_line)}") == same_line
    bare = ["Comments", "Log in to reply", "Terrible, all of it, and I say so every day."]
    assert furniture("\n".join([BODY, *bare])) == bare


def test_a_comment_button_hides_no_article() -> None:
    assert furniture(f"Five held\nLeave a comment\n{BODY}") == ["Leave a comment"]
    assert furniture(f"{BODY}\nComments\n{BODY}") == ["Comments"]
    assert furniture(f'{BODY}\nLeave a comment\nMs Lee said: "We go on."') == ["Leave a comment"]


def test_nothing_is_quoted_in_boilerplate() -> None:
    text = f'{BODY}\nComments\nLog in to reply\n"What a day it was," said Bob.'
    assert Article.from_text(text).quotations == ()


@pytest.mark.parametrize("line", ["NORTHVALE COUNTY HERALD", "The Mill & Sea Courier"])
def test_a_papers_name_above_the_headline_is_furniture(line: str) -> None:
    assert furniture(f"{line}\nSeven held after raids on sheds\n{BODY}") == [line]


@pytest.mark.parametrize("line", ["Five held at sorting post", "Herald of change takes the post"])
def test_a_headline_that_ends_like_a_papers_name_is_kept(line: str) -> None:
    assert furniture(f"{line}\n{BODY}") == []
