"""An answer on its way out: its body or its error, its tag, its compression, its last headers."""
