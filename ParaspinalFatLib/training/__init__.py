"""How the network learns: from two scanned people, the shapes of five, an atlas, and contrasts that no scanner made.

The story, one page a step:

1. :mod:`subjects` and :mod:`own_subjects` read scans as water image, fat image and labels, in axial order;
   :mod:`partial_labels` keeps what nobody has drawn as *unknown*, never as background. :mod:`atlas` paints a pelvis
   from an anatomical atlas, :mod:`sagittal` adds narrow views of many spines. :mod:`sources` puts the collection
   together and holds the citations.
2. :mod:`shapes` (with :mod:`registration`) deforms the scanned slices onto the muscle outlines of other people's label
   maps: virtual subjects with real texture.
3. :mod:`collection` draws a subject and a slice, :mod:`view` frames it, and :mod:`synthesis` makes one sample: the slice,
   straight or oblique, is moved by :mod:`deformation` (affine, B-spline, another person's shape), given more fat by
   :mod:`infiltration`, and fat and vessels around the psoas by :mod:`retroperitoneum`, a contrast by :mod:`contrast` (T1,
   T2, Dixon ... or impossible ones), a coil, resolution and noise by :mod:`artefacts`, and scaled exactly as for
   prediction. :mod:`preview` draws a sheet of samples: look before training.
4. :mod:`trainer` draws :mod:`batches` and minimises :mod:`losses` (cross entropy and Dice over known voxels) and, where
   :mod:`erector_division` knows iliocostalis from longissimus, :mod:`division_loss`; it keeps an average of the weights.
   :mod:`beginning` is where a run begins or is continued, if :mod:`origin` finds it the same run.
5. :mod:`evaluation` gives figures on a subject left out, :mod:`export` writes weights and their card, on which
   :mod:`told_on_card` tells of the data that were loaded.

``python -m ParaspinalFatLib.training --help`` runs it.
"""
