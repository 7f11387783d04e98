"""What a customer can do: one verb a file, the box first."""
