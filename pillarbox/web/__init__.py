"""The pages: the door for people."""
