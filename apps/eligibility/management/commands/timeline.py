"""manage.py timeline [FILE]: one timeline a line."""

from apps.eligibility.contract import answer_timeline
from apps.eligibility.management.json_lines import JsonLinesCommand


class Command(JsonLinesCommand):
    """Answer timeline requests with the shipped law."""

    help = "按随程序发布的政策逐行推演各月待遇（JSON Lines）"
    answer = answer_timeline
