"""Qt; the only room that imports qt and ctk."""
