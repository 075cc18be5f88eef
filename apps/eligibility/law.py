"""Which law a door applies: the one place that changes when values come from elsewhere than the shipped files."""

from apps.eligibility.policy.standards import Law


def law_in_force() -> Law:
    """All dated parameters known today, from which the rules take those of the day asked about."""
    return Law.shipped()


def law_of(digest: str) -> Law | None:
    """The law with this digest, under which a stored assessment was made; None when it is not known any more."""
    law = law_in_force()
    return law if law.digest() == digest else None
