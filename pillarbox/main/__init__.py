"""Settings, composition and the command line."""
