"""How good outlines and fat maps are: figures of every case, their summary, a multi-atlas baseline, and one page."""
