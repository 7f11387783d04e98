"""The disclosure record: who was shown which ids, when. Append-only, and durable before the bytes leave."""
