"""The sample case: a synthetic axial Dixon scan of the lumbar spine whose outlines and fat fractions are known.

From inside out: ``shapes`` (closed curves in a plane), ``lofts`` (curves that change along the spine), ``waves`` (texture
with a closed form), ``tissue`` (brightness, fat, and painting), ``muscles``, ``spine``, ``organs`` and ``torso`` (the
anatomy, our own drawing), ``protocol`` and ``scan`` (voxels, coil, noise), ``truth`` (the table beside it) and ``generate``
(the files).
``python -m ParaspinalFatLib.sample --output Resources/SampleCase`` makes it again, voxel for voxel.
"""
