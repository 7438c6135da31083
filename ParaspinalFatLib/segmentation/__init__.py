"""From an image to a label image: the network, its weights and the process it runs in."""
