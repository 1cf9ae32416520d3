"""Guides: what a schema author may say about *finding* the values of a schema.

A schema without a guide is asked section by section, straight from its descriptions. A guide makes
a small model far more accurate: code finds mentions by their form, and the model only says what
each mention is, one short question at a time. Set it as the class attribute
``extraction_guide: ClassVar[Guide]`` of the schema.

This module owns the vocabulary of guides and gives it no behaviour; the extractor carries it out.

Paths name record fields: ``officers`` is a field, ``locations[]`` an entry of a list,
``arrests[].count`` a field of the group under construction, ``@bodies`` a pool of mentions that a
later step of the guide sorts further.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Scope: TypeAlias = Literal["mention", "phrase", "clause", "sentence", "nearby", "article"]
Finder: TypeAlias = Literal[
    "numbers", "names", "dates", "durations", "contacts", "lines", "terms", "charges", "article"
]


ALL = "all of the group"
"""As a label's ``value``: as many as the group has in all, where nothing else is stated."""

LIKELY = 6.0
"""How much more an answer weighs where the words around a mention leave little doubt."""


@dataclass(frozen=True, slots=True)
class Label:
    """One answer that a mention may get.

    ``name``: the words the model reads and answers with. ``into``: where the mention's value goes,
    empty for nowhere. ``cues``: regular expressions, one of which must occur in the ``scope``
    around the mention, or the label is not offered. ``bar``: ones of which none may occur there.
    ``near``: ones of which one must occur in the mention's sentence, or in the one before if no
    label's occur in its own; ``beside``: ones of which one must occur in its own; ``away``: ones
    that may not. ``tags``: formal properties the mention must have; a mention with tags is offered
    only to labels that ask for one of them. ``fixed``: further values the label stands for, by
    field name. ``value``: what is stored instead of the mention's own value. ``shows``: regular
    expressions of the words that show what is fixed; the match nearest to the mention becomes its
    evidence. ``unquoted``: not offered for a mention inside somebody's speech,
    unless it stands in a list of charges.
    ``claims``: regular expressions of the words that claim a mention for the label ("arrested nine
    men"). Where labels that have them compete, one whose words stand much farther from the mention
    than another's is not offered, unless it is likely.
    ``weight``: what the answer's probability is multiplied by before answers are compared; above 1
    for an answer that the model gives too seldom, as measured on a development set.

    ``likely``: regular expressions of words that leave little doubt; where one stands around the
    mention, the answer weighs ``LIKELY`` times more.

    A cue, a bar or a likely word may begin with a scope of its own, as in "clause: in custody", and
    may hold ``{mention}``, which stands for the mention's text. An item of a list of charges needs
    nothing ``beside`` it: its lead-in says enough.
    """

    name: str
    into: str = ""
    cues: tuple[str, ...] = ()
    bar: tuple[str, ...] = ()
    scope: Scope = "sentence"
    near: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()
    fixed: Mapping[str, Any] = field(default_factory=dict)
    value: Any = None
    shows: tuple[str, ...] = ()
    unquoted: bool = False
    claims: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Sort:
    """Sort every mention that ``find`` brings into one of the labels.

    ``find`` is a finder or a pool ("@bodies"). ``question`` introduces the labels. ``explain`` has
    a line for each label that needs one. ``examples`` are invented: (mention, its sentence, label).
    ``terms`` are regular expressions for the finder ``terms``, lead-ins for ``charges``, and for
    ``numbers`` the nouns in the singular of which "a" counts one.
    ``settled``: pairs of a regular expression and a pool; a mention that matches goes to the pool
    (or is dropped, if it is empty) without a question. ``known``: the pool of mentions that the
    guide's vocabulary knows. ``people``: the pool of persons; a single word out of a name that is
    in it already is that person. ``most``: at most so many mentions are asked about.
    ``context``: what the model is shown, the mention's sentence or the whole article. ``unless``:
    a field and a
    value; where an earlier step gave the field this value, the step is left out.
    """

    name: str
    find: Finder | str
    question: str
    labels: tuple[Label, ...]
    explain: str = ""
    examples: tuple[tuple[str, str, str], ...] = ()
    terms: tuple[str, ...] = ()
    settled: tuple[tuple[str, str], ...] = ()
    known: str = ""
    people: str = ""
    most: int = 40
    context: Literal["sentence", "article"] = "sentence"
    unless: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Pick:
    """Choose one of the mentions that ``find`` brings, or none of them."""

    name: str
    find: Finder | str
    question: str
    into: str
    explain: str = ""
    examples: tuple[tuple[str, str, str], ...] = ()
    optional: bool = True
    fixed: Mapping[str, Any] = field(default_factory=dict)
    context: Literal["sentence", "article"] = "article"
    shows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Describe:
    """Ask for the text fields of one object about each mention, from the words around it.

    ``find`` is ``quotations`` or a pool. ``into`` is the list the objects go to. ``fields`` maps a
    field to what is asked; every answer must occur in the words shown. ``given`` names the field
    that takes the mention itself. ``named``: a field that holds a name; an answer that ends in
    lower case is none, and goes to the first field of ``split`` instead, a body's name to the
    second. ``lead``: a regular expression of what may stand before that name and belongs to the
    first field of ``split``, such as a rank. ``never``: a regular expression of answers that say
    nothing ("he", "police"). ``split``: two fields;
    where the first is or begins with a body's name and the second is empty, the name moves to the
    second. ``cut``: two fields; where the first begins with the second's text, it is cut off there.
    ``otherwise``: the path whose first value answers for the only field where the words do not.
    """

    name: str
    find: str
    question: str
    into: str
    fields: Mapping[str, str]
    given: str
    split: tuple[str, str] = ("", "")
    cut: tuple[str, str] = ("", "")
    named: str = ""
    lead: str = ""
    never: str = ""
    otherwise: str = ""
    examples: tuple[tuple[str, Mapping[str, str | None]], ...] = ()


@dataclass(frozen=True, slots=True)
class Grouping:
    """How mentions become the items of a list of objects.

    ``needs``: the field without which a group that has no count is none. ``once``: a field and the
    values of it that only one item of the list may have: later ones say the same again, unless
    they stand beside it in one enumeration.

    ``each``: one item per entity. ``group``: one item, or one per place if ``anchor`` is counted
    place by place. ``fullest``: plain values, of which one that ends another is that one ("washes",
    "car washes"). ``sum``: a quantity whose mentions add up where one sentence enumerates them as
    different things ("one farm and two caravan sites"). ``parts``: fields whose sum is the anchor
    if the text states only the parts.
    """

    path: str
    kind: Literal["each", "group", "fullest", "sum"]
    anchor: str = ""
    place: str = ""
    parts: tuple[str, ...] = ()
    needs: str = ""
    once: tuple[str, frozenset[str]] = ("", frozenset())


Step: TypeAlias = Sort | Pick | Describe


@dataclass(frozen=True, slots=True)
class Derived:
    """A text field of a list's items that code derives from another one: it needs no evidence."""

    path: str
    field: str
    source: str
    function: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Guide:
    """The steps in order, how lists are built, and what the domain knows about names.

    ``calibration``: "package:file" of a `schemas.calibration.Calibration`, which makes confidence
    the chance of being right; it is part of no prompt.
    """

    steps: tuple[Step, ...]
    groupings: tuple[Grouping, ...] = ()
    page_date: str = ""
    places: str = ""
    elided: tuple[str, str] = ("", "")
    canonical: Callable[[str], str | None] | None = None
    derived: tuple[Derived, ...] = ()
    calibration: str = ""
