"""How the fat network learns: conventional images made from water and fat, whose fat fraction is therefore known.

1. :mod:`contrast` turns water and fat into T1- or T2-weighted signal.
2. :mod:`sample` reads a slice of a subject on pixels finer than a scanner's, paints fat (streaks, fat between muscles,
   diffuse fat), makes the signal there, and blurs signal, water and fat alike to an acquired pixel: a voxel that holds both
   tissues then has the grey value *and* the fraction of its mixture. Coil, bias, ghosts and noise change the signal only.
3. :mod:`loss` compares inside the muscles: the fraction itself, and which voxels are more than half fat.
4. :mod:`trainer` is the outlines' trainer with these batches and this loss; :mod:`export` writes weights and card.
5. :mod:`known_scans` makes whole stacks of known fraction from a subject kept out of training, :mod:`comparison` measures
   the network and the threshold methods on them.

``python -m ParaspinalFatLib.training.fat --help`` runs it.
"""
