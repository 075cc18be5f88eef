"""What a program may see, what there is to tell, and what waits for somebody here."""
