"""The bureaus this office works with: the words of items, referrals and alerts."""

from apps.eligibility.policy.enums import Labelled


class Bureau(Labelled):
    """Who owes special assistance, or tells this office of something (28号 §7–§11, §20)."""

    MEDICAL_INSURANCE = "MEDICAL_INSURANCE", "市医疗保障局"
    EDUCATION = "EDUCATION", "市教育局"
    HOUSING = "HOUSING", "市住建局"
    HUMAN_RESOURCES = "HUMAN_RESOURCES", "市人社局"
    DISABLED_FEDERATION = "DISABLED_FEDERATION", "市残联"
    JUSTICE = "JUSTICE", "市司法局"
    CIVIL_AFFAIRS = "CIVIL_AFFAIRS", "市民政局（殡葬、福利）"
    POWER_SUPPLY = "POWER_SUPPLY", "市供电公司"
    TRADE_UNION = "TRADE_UNION", "市总工会"
    EMERGENCY = "EMERGENCY", "市应急局"
    PUBLIC_SECURITY = "PUBLIC_SECURITY", "市公安局"
    TAXATION = "TAXATION", "市税务局"
    HEALTH = "HEALTH", "市卫健局"
