"""The only way to anything a customer owns: box, sealing, statements, files."""
