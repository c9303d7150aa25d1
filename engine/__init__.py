"""The engine: actor runtime, pure routing rules, journal. It knows no database, no web and no domain I/O."""
