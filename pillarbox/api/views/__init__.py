"""What the API shows: plain structs, ids as text, money in integer pence, times in UTC, one file for each subject."""
