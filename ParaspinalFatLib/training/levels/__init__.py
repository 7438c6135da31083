"""How the level network learns: midline planes of sagittal scans in which bodies and discs are marked.

1. :mod:`spines` brings three data sets with partial labels to one table of classes; what nobody labelled is unknown.
2. :mod:`sample` deforms a plane, changes its contrast, coarsens it as an axial stack would, and cuts a field of view out
   of it. Half of the fields end above the sacrum: the lowest disc seen must not be taken for the lowest disc there is.
3. :mod:`trainer` is the outlines' trainer with these batches; :mod:`export` writes weights and card.
4. :mod:`evaluation` names the levels of subjects kept out of training, in whole and in cut fields of view.

``python -m ParaspinalFatLib.training.levels --help`` runs it.
"""
