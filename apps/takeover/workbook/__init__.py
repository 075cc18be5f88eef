"""The workbooks of the take-over: their layout, the templates handed out, and reading them back line by line."""
