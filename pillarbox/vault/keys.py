"""The account data keys: unwrap, hold briefly, forget."""
