"""What a program may see, and what there is to tell."""
