"""Help for those who correct outlines: one muscle carried from slice to slice or to the other side of the body."""
