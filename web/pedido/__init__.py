"""A request on its way in: where its path leads, its body, its fields, its key, its deadline."""
