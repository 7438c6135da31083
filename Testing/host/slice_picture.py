"""Pictures of a slice view with outlines and fat colours: python Testing/host/slice_picture.py FOLDER

The view is drawn off screen by Slicer's own slice logic and displayable managers, on the bundled synthetic scan.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "Testing")]

import vtk  # noqa: E402

from ParaspinalFatLib.imaging.reading import read_image  # noqa: E402
from ParaspinalFatLib.imaging.roles import Role  # noqa: E402
from ParaspinalFatLib.resources import resource  # noqa: E402
from ParaspinalFatLib.scene.embedded import embedded_scene  # noqa: E402

SIZE = (720, 560)
MANAGERS = (
    "vtkMRMLSegmentationsDisplayableManager2D",
    "vtkMRMLRulerDisplayableManager",
    "vtkMRMLColorLegendDisplayableManager",
)
LEVEL = "disc 3"
FIELD_OF_VIEW_MM = 230.0
LAYERS, WHITE = 2, 255


class SliceView:
    """One axial slice view, drawn off screen."""

    def __init__(self, scene: Any, volume: Any) -> None:
        import slicer

        self.window, renderer, over = vtk.vtkRenderWindow(), vtk.vtkRenderer(), vtk.vtkRenderer()
        self.window.SetOffScreenRendering(True)
        self.window.SetSize(*SIZE)
        self.window.SetNumberOfLayers(LAYERS)
        over.SetLayer(1)
        for one in (renderer, over):
            one.GetActiveCamera().ParallelProjectionOn()
            self.window.AddRenderer(one)
        self._interactor = vtk.vtkRenderWindowInteractor()
        self._interactor.SetRenderWindow(self.window)
        self._application = slicer.vtkSlicerApplicationLogic()
        self._application.SetMRMLScene(scene)
        self._application.SetSliceLogics(vtk.vtkCollection())
        self.logic = slicer.vtkMRMLSliceLogic()
        self.logic.SetMRMLApplicationLogic(self._application)
        self.logic.SetMRMLScene(scene)
        self._application.GetSliceLogics().AddItem(self.logic)
        self.logic.AddSliceNode("Red")
        self._managers = slicer.vtkMRMLDisplayableManagerGroup()
        factory = slicer.vtkMRMLSliceViewDisplayableManagerFactory.GetInstance()
        factory.SetMRMLApplicationLogic(self._application)
        for name in MANAGERS:
            if not factory.IsDisplayableManagerRegistered(name):
                factory.RegisterDisplayableManager(name)
        self._managers.Initialize(factory, renderer)
        node = self.logic.GetSliceNode()
        node.SetOrientationToAxial()
        node.SetMappedInLayout(1)
        self._managers.SetMRMLDisplayableNode(node)
        self.logic.ResizeSliceNode(*SIZE)
        self.logic.GetSliceCompositeNode().SetBackgroundVolumeID(volume.GetID())
        self.logic.FitSliceToAll()
        node.SetFieldOfView(FIELD_OF_VIEW_MM, FIELD_OF_VIEW_MM * SIZE[1] / SIZE[0], 1.0)
        self._mapper, actor = vtk.vtkImageMapper(), vtk.vtkActor2D()
        self._mapper.SetColorWindow(WHITE)
        self._mapper.SetColorLevel(WHITE / 2)
        actor.SetMapper(self._mapper)
        actor.GetProperty().SetDisplayLocationToBackground()
        renderer.AddViewProp(actor)

    def save(self, path: Path) -> None:
        """Save the view as it looks now."""
        self._mapper.SetInputConnection(self.logic.GetImageDataConnection())
        self.window.Render()
        grabbed, writer = vtk.vtkWindowToImageFilter(), vtk.vtkPNGWriter()
        grabbed.SetInput(self.window)
        grabbed.ReadFrontBufferOff()
        writer.SetInputConnection(grabbed.GetOutputPort())
        writer.SetFileName(str(path))
        writer.Write()
        print(path)


def main(folder: Path) -> None:
    """The muscles' outlines, and the same slice with fat colours."""
    folder.mkdir(parents=True, exist_ok=True)
    with embedded_scene() as embedded:
        import slicer

        from ParaspinalFatLib.fat.muscle_voxels import muscle_voxels
        from ParaspinalFatLib.scene.fat_overlay import FatOverlay
        from ParaspinalFatLib.scene.jump import jump_to
        from ParaspinalFatLib.scene.logic import SceneLogic
        from ParaspinalFatLib.scene.volumes import add_volume

        scene = embedded.scene
        slicer.vtkMRMLSliceNode.AddDefaultSliceOrientationPresets(scene, True)
        files = {name: read_image(resource("SampleCase", f"{name}.nii.gz")) for name in ("water", "fat", "labels")}
        labels = files["labels"].with_array(files["labels"].array.astype("uint8"))
        volumes = {role: add_volume(scene, files[role.value], f"Sample {role.value}") for role in (Role.WATER, Role.FAT)}
        view = SliceView(scene, volumes[Role.WATER])
        nodes = SceneLogic(lambda _image, _progress: labels).process(volumes)
        display = nodes.segmentation.GetDisplayNode()
        display.SetVisibility2DFill(False)
        measurement = nodes.finished.measurement
        row = measurement.table.one(structure="ES+MF", side="both", region="level", level=LEVEL)
        jump_to(scene, tuple(row[f"centroid_{axis}_mm"] for axis in "ras"))
        view.save(folder / "slice_outlines.png")
        overlay = FatOverlay(scene)
        overlay.show(volumes[Role.WATER], muscle_voxels(labels.array, labels.array), measurement.fat_map, 0.75)
        view.save(folder / "slice_fat_colours.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
