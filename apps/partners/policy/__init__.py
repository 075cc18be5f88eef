"""What other bureaus owe to whom (28号 §7–§11), as dated data and one pure function; no clock, no database."""
