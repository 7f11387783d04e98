"""The public status page: its own process, its own small store, alive when everything else is not."""
