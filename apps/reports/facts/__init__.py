"""What the tables and charts are made of: the lines behind a month, its frozen figures, the handling of cases."""
