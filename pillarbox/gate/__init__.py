"""Who is at the door: sign-in, keys, sessions, admission and release."""
