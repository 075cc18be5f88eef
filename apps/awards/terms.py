"""The terms of an award: the facts its amounts depend on between decisions, with persons named by their ids.

An assessment names people as the family is spoken of; names change, ids do not. What is stored with an award, and the
parts of a month's line, therefore say ids; pages and the next assessment put names back.
"""

from collections.abc import Mapping
from typing import Any

from apps.eligibility.policy.facts import AwardFacts
from apps.eligibility.policy.facts_json import award_from_json

Json = dict[str, Any]


def facts_of(terms: Json) -> AwardFacts:
    """The award as the policy reads it."""
    return award_from_json(terms)


def by_person(terms: Json, refs: Mapping[str, int]) -> Json:
    """The terms of an assessment with ids for its names; KeyError for a name it does not explain."""
    return {
        **terms,
        "people": [{**person, "ref": str(refs[person["ref"]])} for person in terms["people"]],
        "base": [_renamed(part, {name: str(pk) for name, pk in refs.items()}) for part in terms["base"]],
    }


def with_names(terms: Json, names: Mapping[int, str]) -> Json:
    """Terms with names for ids, to be read to people; whoever has no name keeps the id."""
    known = {str(pk): name for pk, name in names.items()}
    people = [{**person, "ref": known.get(person["ref"], person["ref"])} for person in terms["people"]]
    return {**terms, "people": people, "base": [_renamed(part, known) for part in terms["base"]]}


def by_name(parts: list[Json], names: Mapping[int, str]) -> list[Json]:
    """Parts with names for ids; the parts of persons without a name (no longer in the family) are left out."""
    known = {str(pk): name for pk, name in names.items()}
    return [_renamed(part, known) for part in parts if "member" not in part or part["member"] in known]


def _renamed(part: Json, names: Mapping[str, str]) -> Json:
    return {**part, "member": names[part["member"]]} if part.get("member") else part
