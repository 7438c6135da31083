"""The Slicer module ParaspinalFat: what Slicer looks for. The work is done in ParaspinalFatLib."""

import types
from pathlib import Path
from typing import Annotated

import slicer
import vtk
from slicer import vtkMRMLScalarVolumeNode, vtkMRMLSegmentationNode, vtkMRMLTableNode
from slicer.i18n import tr as _
from slicer.i18n import translate
from slicer.parameterNodeWrapper import Choice, WithinRange, parameterNodeWrapper
from slicer.ScriptedLoadableModule import (
    ScriptedLoadableModule,
    ScriptedLoadableModuleLogic,
    ScriptedLoadableModuleTest,
    ScriptedLoadableModuleWidget,
)
from slicer.util import VTKObservationMixin

from ParaspinalFatLib.files import sha256_of
from ParaspinalFatLib.imaging.roles import Role
from ParaspinalFatLib.measurement.profile import PROFILE_COLUMNS
from ParaspinalFatLib.panel.case_panel import CasePanel
from ParaspinalFatLib.panel.inputs import FAT_METHODS
from ParaspinalFatLib.panel.sections import SECTIONS
from ParaspinalFatLib.resources import resource
from ParaspinalFatLib.scene.logic import SceneLogic
from ParaspinalFatLib.scene.volumes import add_volume
from ParaspinalFatLib.segmentation.device import DEVICES

try:
    from slicer import vtkMRMLMarkupsFiducialNode
except ImportError:  # not promised to be in the namespace slicer before all modules are loaded
    from vtkSlicerMarkupsModuleMRMLPython import vtkMRMLMarkupsFiducialNode

SAMPLE_FILES = {"water.nii.gz": "SampleWater", "fat.nii.gz": "SampleFat"}


class ParaspinalFat(ScriptedLoadableModule):
    """What the module selector shows."""

    def __init__(self, parent) -> None:
        ScriptedLoadableModule.__init__(self, parent)
        self.parent.title = _("Paraspinal Fat")
        self.parent.categories = [translate("qSlicerAbstractCoreModule", "Quantification")]
        self.parent.dependencies = ["Segmentations", "Tables", "Volumes", "Markups", "SubjectHierarchy"]
        self.parent.contributors = ["The ParaspinalFat developers"]
        self.parent.helpText = _(
            "Outlines the paraspinal muscles on axial lumbar MRI (T1, T2 or Dixon) and measures their size and fat: "
            "cross-sectional area, volume and fat fraction per muscle, side, level and slice.<br><br>"
            "Select the images, press Apply, and correct the outlines where needed: the numbers follow. "
            "<b>For research use only; not a medical device.</b>"
        )
        self.parent.acknowledgementText = _(
            "For research use only. Not cleared or approved for clinical use. "
            "The outlines come from a network and must be checked by someone who can read lumbar MRI."
        )
        slicer.app.connect("startupCompleted()", registerSampleData)


def registerSampleData() -> None:
    """Offer the bundled synthetic scan in the Sample Data module."""
    import SampleData

    files = [resource("SampleCase", name) for name in SAMPLE_FILES]
    SampleData.SampleDataLogic.registerCustomSampleDataSource(
        category="ParaspinalFat",
        sampleName="Synthetic lumbar Dixon scan",
        thumbnailFileName=str(Path(__file__).parent / "Resources" / "Icons" / "ParaspinalFatSample.png"),
        uris=[file.as_uri() for file in files],
        fileNames=[f"ParaspinalFat-{file.name}" for file in files],
        nodeNames=list(SAMPLE_FILES.values()),
        checksums=[f"SHA256:{sha256_of(file)}" for file in files],
    )


CHOICES = {"fatMethod": FAT_METHODS, "device": DEVICES, "readColumn": PROFILE_COLUMNS}


@parameterNodeWrapper
class ParaspinalFatParameterNode:
    """All choices and results of the module; saved with the scene.

    The volumes are those of one acquisition, by what they show. ``levels`` are labelled points at disc heights. ``initials``
    are the reader's, recorded with corrections and reviews. ``fatThreshold`` counts for the method ``user_threshold``. The
    names beginning with ``read`` are what the section Read shows; ``fatColours`` are shown over the image.
    ``nameLevels``: Apply names the levels, in ``sagittalVolume`` (of the same examination) if there is one.
    ``reviewList`` is the file of a cohort's cases to be looked at, ``reviewCase`` the one that was opened last.
    """

    anatomyVolume: vtkMRMLScalarVolumeNode
    waterVolume: vtkMRMLScalarVolumeNode
    fatVolume: vtkMRMLScalarVolumeNode
    fatFractionVolume: vtkMRMLScalarVolumeNode
    inPhaseVolume: vtkMRMLScalarVolumeNode
    opposedPhaseVolume: vtkMRMLScalarVolumeNode
    sagittalVolume: vtkMRMLScalarVolumeNode
    nameLevels: bool = True
    levels: vtkMRMLMarkupsFiducialNode
    segmentation: vtkMRMLSegmentationNode
    table: vtkMRMLTableNode
    fatMethod: Annotated[str, Choice(list(CHOICES["fatMethod"]))] = CHOICES["fatMethod"][0]
    device: Annotated[str, Choice(list(CHOICES["device"]))] = CHOICES["device"][0]
    fatThreshold: float = 0.0
    initials: str = ""
    readLevel: str = ""
    readMuscle: str = ""
    readColumn: Annotated[str, Choice(list(CHOICES["readColumn"]))] = CHOICES["readColumn"][0]
    fatColours: bool = False
    fatOpacity: Annotated[float, WithinRange(0.0, 1.0)] = 0.7
    reviewList: str = ""
    reviewCase: str = ""


class ParaspinalFatWidget(ScriptedLoadableModuleWidget, VTKObservationMixin):
    """The panel's life in Slicer; what it does is in ``ParaspinalFatLib.panel``."""

    def __init__(self, parent=None) -> None:
        ScriptedLoadableModuleWidget.__init__(self, parent)
        VTKObservationMixin.__init__(self)
        self.logic = None
        self.panel = None
        self.sectionUi = {}
        self._parameterNode = None
        self._parameterNodeGuiTag = None
        self._observersLeftByGui = ()

    def setup(self) -> None:
        """Make the widgets; called when the module is opened for the first time."""
        ScriptedLoadableModuleWidget.setup(self)
        uiWidget = slicer.util.loadUI(self.resourcePath("UI/ParaspinalFat.ui"))
        self.layout.addWidget(uiWidget)
        self.ui = slicer.util.childWidgetVariables(uiWidget)
        uiWidget.setMRMLScene(slicer.mrmlScene)
        self.sectionUi = {name: self.mounted(name) for name in SECTIONS}
        self.logic = ParaspinalFatLogic()
        self.panel = CasePanel(self.ui, self.logic, lambda: slicer.mrmlScene, self.sectionUi)
        scene = slicer.mrmlScene
        for start, end in ((scene.StartCloseEvent, scene.EndCloseEvent), (scene.StartImportEvent, scene.EndImportEvent)):
            self.addObserver(scene, start, self.onSceneAboutToChange)
            self.addObserver(scene, end, self.onSceneChanged)
        for event in (scene.NodeAddedEvent, scene.NodeRemovedEvent):
            self.addObserver(scene, event, self.panel.inputs.nodes_changed)
        self.initializeParameterNode()
        if self.parent.isEntered:  # reloaded while it is shown: nobody calls enter again
            self.panel.enter()

    def mounted(self, name: str) -> types.SimpleNamespace:
        """Load the widgets of a section into its place in the panel; returns them by name."""
        section = slicer.util.loadUI(self.resourcePath(f"UI/{name}.ui"))
        getattr(self.ui, f"{name.lower()}Layout").addWidget(section)
        section.setMRMLScene(slicer.mrmlScene)
        return slicer.util.childWidgetVariables(section)

    def cleanup(self) -> None:
        """Called when Slicer closes or the module is reloaded."""
        if self.panel is not None:  # setup may have failed
            self.setParameterNode(None)
            self.panel.close()
        self.removeObservers()

    def enter(self) -> None:
        """Called when the user opens the module."""
        self.initializeParameterNode()
        self.panel.enter()

    def exit(self) -> None:
        """Called when the user opens another module; a run goes on, so that Slicer can be used meanwhile."""
        self.panel.exit()

    def onSceneAboutToChange(self, _caller, _event) -> None:
        """The parameter node is about to be reset or replaced: stop using it, and stop a run whose volumes go."""
        self.setParameterNode(None)

    def onSceneChanged(self, _caller, _event) -> None:
        """If the module is shown, it needs the parameter node again.

        It is wrapped anew after an import: a wrapper remembers what it read in the middle of one, when the nodes that the
        parameters refer to were not there yet.
        """
        if self.parent.isEntered:
            self.initializeParameterNode()

    def initializeParameterNode(self) -> None:
        """Ensure that there is a parameter node and that it is shown."""
        if self._parameterNode is None:
            self.setParameterNode(self.logic.getParameterNode())

    def setParameterNode(self, parameterNode: ParaspinalFatParameterNode | None) -> None:
        """Show a parameter node, or none, instead of the present one."""
        if self._parameterNode is not None:
            self.disconnectParameterWidgets()
            self.removeObserver(self._parameterNode, vtk.vtkCommand.ModifiedEvent, self.panel.update)
        self._parameterNode = parameterNode
        if parameterNode is not None:
            self.connectParameterWidgets()
            self.addObserver(parameterNode, vtk.vtkCommand.ModifiedEvent, self.panel.update)
        self.panel.set_parameters(parameterNode)

    def connectParameterWidgets(self) -> None:
        """Tie widgets to parameters.

        ``connectParametersToGui`` adds an observer that ``disconnectGui`` leaves behind, and which keeps the wrapper alive
        with observers of its own. Tags are counted up, so its tag is found between those of two observers added here.
        """
        node = self._parameterNode.parameterNode
        before = node.AddObserver(vtk.vtkCommand.UserEvent, lambda *_: None)
        self._parameterNodeGuiTag = self._parameterNode.connectParametersToGui(self.parameterWidgets())
        after = node.AddObserver(vtk.vtkCommand.UserEvent, lambda *_: None)
        self._observersLeftByGui = range(before, after + 1)

    def disconnectParameterWidgets(self) -> None:
        """Untie them again."""
        self._parameterNode.disconnectGui(self._parameterNodeGuiTag)
        for tag in self._observersLeftByGui:
            self._parameterNode.parameterNode.RemoveObserver(tag)
        self._observersLeftByGui = ()

    def parameterWidgets(self) -> dict:
        """Widgets that the .ui file ties to a parameter, by its name.

        ``connectGui`` would find them too, but returns no tag to disconnect them by: widgets of a closed panel would go on
        writing into the parameter node.
        """
        widgets = [widget for ui in (self.ui, *self.sectionUi.values()) for widget in vars(ui).values()]
        named = {widget.property("SlicerParameterName"): widget for widget in widgets}
        return {name: widget for name, widget in named.items() if name}


class ParaspinalFatLogic(ScriptedLoadableModuleLogic, SceneLogic):
    """Outlines and measures volumes of the scene; usable from scripts without the panel."""

    def __init__(self, segmenter=None) -> None:
        ScriptedLoadableModuleLogic.__init__(self)
        SceneLogic.__init__(self, segmenter)

    def getParameterNode(self) -> ParaspinalFatParameterNode:
        """The scene's parameter node of this module, made on first use."""
        node = super().getParameterNode()
        for name, known in CHOICES.items():
            if node.GetParameter(name) not in known:  # saved by another version; no widget could show it
                node.UnsetParameter(name)
        return ParaspinalFatParameterNode(node)


class ParaspinalFatTest(ScriptedLoadableModuleTest):
    """Runs in Slicer, without torch: measures the sample case with its true outlines."""

    def setUp(self) -> None:
        slicer.mrmlScene.Clear()

    def runTest(self) -> None:
        self.setUp()
        self.test_sampleCaseIsMeasured()

    def test_sampleCaseIsMeasured(self) -> None:
        from ParaspinalFatLib.imaging.reading import read_image  # brings SimpleITK, which opening the panel does not need

        water, fat, truth = (read_image(resource("SampleCase", f"{name}.nii.gz")) for name in ("water", "fat", "labels"))
        volumes = {
            Role.WATER: add_volume(slicer.mrmlScene, water, "SampleWater"),
            Role.FAT: add_volume(slicer.mrmlScene, fat, "SampleFat"),
        }
        logic = ParaspinalFatLogic(lambda _image, _progress: truth.with_array(truth.array.astype("uint8")))
        nodes = logic.process(volumes)
        self.assertIn("MF_right", nodes.segmentation.GetSegmentation().GetSegmentIDs())
        row = nodes.finished.measurement.table.one(structure="MF", side="right", region="whole")
        expected = (truth.array == 1).sum() * truth.voxel_volume_mm3 / 1000
        self.assertAlmostEqual(row["volume_ml"], expected)
        self.assertGreater(nodes.table.GetNumberOfRows(), 0)
        self.delayDisplay("Test passed")
