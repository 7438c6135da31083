"""Fat fraction: one map per case, by Dixon or by a threshold on conventional contrast, all through one interface."""
