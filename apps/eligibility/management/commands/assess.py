"""manage.py assess [FILE]: one assessment a line."""

from apps.eligibility.contract import answer_assessment
from apps.eligibility.management.json_lines import JsonLinesCommand


class Command(JsonLinesCommand):
    """Answer assessment requests with the shipped law."""

    help = "按随程序发布的政策逐行回答认定请求（JSON Lines）"
    answer = answer_assessment
