"""Areas, volumes, levels, obliquity and references: from labels and a fat map to one tidy table."""
