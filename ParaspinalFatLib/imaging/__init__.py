"""Images as array plus geometry: reading, writing, comparing grids, and the axial order every algorithm works in."""
