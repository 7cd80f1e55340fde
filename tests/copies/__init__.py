"""What the corpora of tests/made_copies.py are made of: phrases, articles, bulletins of one form, and ways of "
"copying."""
