"""T38, T39: no writable relation without a scope anywhere, and no field written that is not asked for."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from rest_framework import serializers

import apps
from apps.applications.models import CheckAnswer
from apps.partners.tests.test_access import Scene, answer_about, delivered, s, shared
from apps.partners.tests.test_api_sweep import ADDRESSES, address, program_with_everything

__all__ = ["s", "shared"]
EXTRA = ("id", "pk", "state", "amount", "town", "township", "created_by", "is_superuser", "is_staff", "uuid", "user")


def classes() -> Iterator[type]:
    """Every form, filter and serializer of the project."""
    for module in pkgutil.walk_packages(apps.__path__, "apps."):
        rooms = set(module.name.split("."))
        if rooms & {"forms", "api", "views", "calculator_form"} and "tests" not in rooms:
            for _, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
                if found.__module__ == module.name and issubclass(found, forms.BaseForm | serializers.BaseSerializer):
                    yield found


def relations(found: type) -> Iterator[tuple[str, Any]]:
    fields = getattr(found, "base_fields", {}) | getattr(found, "_declared_fields", {})
    for name, field in fields.items():
        if isinstance(field, forms.ModelChoiceField | serializers.RelatedField | serializers.ManyRelatedField):
            yield name, field


def test_there_are_forms_and_serializers_to_walk() -> None:
    found = list(classes())
    assert len(found) > 50
    assert any(issubclass(one, serializers.BaseSerializer) for one in found)
    assert any(list(relations(one)) for one in found)


def test_no_relation_offers_all_rows() -> None:
    """A relation begins with no rows and is given its scoped ones by the page: until then nothing can be chosen."""
    open_ones = []
    for found in classes():
        for name, field in relations(found):
            queryset = getattr(field, "queryset", None)
            if not getattr(field, "read_only", False) and queryset is not None and not queryset.query.is_empty():
                open_ones.append(f"{found.__module__}.{found.__name__}.{name}")
    assert open_ones == []


def test_the_walk_finds_one_that_is_open() -> None:
    from apps.accounts.models import Area

    class Wrong(forms.Form):
        area = forms.ModelChoiceField(Area.objects.all())

    ((_, field),) = relations(Wrong)
    assert not field.queryset.query.is_empty()


def test_no_serializer_writes_a_model_by_itself() -> None:
    assert [one for one in classes() if issubclass(one, forms.BaseModelForm | serializers.ModelSerializer)] == []


def names_of_everything() -> list[str]:
    from django.apps import apps as installed

    fields = {field.name for model in installed.get_models() for field in model._meta.concrete_fields}
    return sorted(fields | set(EXTRA))


def test_a_field_that_is_not_asked_for_is_refused(s: Scene) -> None:
    """Every column of every table beside a good answer: each is refused by name, none is written."""
    good = answer_about(s)
    for name in names_of_everything():
        if name in good or name in {"raw", "amount_fen"}:
            continue
        before = CheckAnswer.objects.count()
        answer = s.bank.write("partner-api-check-answers", good | {name: 1})
        assert (answer.status_code, answer.json()["field"]) == (400, name)
        assert CheckAnswer.objects.count() == before
    assert s.bank.write("partner-api-check-answers", good).status_code == 201
    assert delivered().get().answered_by == s.bank.client.user


@pytest.mark.parametrize(
    "name", sorted(n for n, (_, r) in ADDRESSES.items() if hasattr(r.callback.view_class, "write"))
)
def test_every_write_refuses_all_of_them_at_once(s: Scene, name: str) -> None:
    asking = program_with_everything(s.o, "写入局")
    answer = asking.write_to(address(name), dict.fromkeys(names_of_everything(), 1))
    assert answer.status_code in {400, 404}, answer.content
