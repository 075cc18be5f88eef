"""What a month costs at the size of a county and of a province: ``manage.py benchmark month`` and ``faults``."""
