"""Initials of names in pinyin, by which colleagues find each other's families: 张秀英 is zxy."""

from pypinyin import Style, lazy_pinyin

# Surnames that begin with another letter than the same character elsewhere; longer ones first.
SURNAMES = {
    "长孙": "zs",
    "万俟": "mq",
    "尉迟": "yc",
    "单": "s",
    "曾": "z",
    "仇": "q",
    "解": "x",
    "查": "z",
    "翟": "z",
    "区": "o",
    "种": "c",
    "乐": "y",
    "覃": "q",
    "召": "s",
    "折": "s",
    "祭": "z",
    "秘": "b",
    "繁": "p",
    "洗": "x",
    "谌": "c",
    "晁": "c",
    "隗": "w",
    "宿": "s",
    "重": "c",
}
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")


def initials_of(name: str) -> str:
    """The first letter of each character, small; what has none (a dot in a name, a rare character) is passed over."""
    surname = next((known for known in SURNAMES if name.startswith(known)), "")
    letters = lazy_pinyin(name[len(surname) :], style=Style.FIRST_LETTER)
    return SURNAMES.get(surname, "") + "".join(part[0].lower() for part in letters if part[0].lower() in LETTERS)
