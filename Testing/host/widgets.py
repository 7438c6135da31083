"""Stand-ins for the widgets of ctk and qMRML that the panel uses: their real properties, signals and methods, no others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import vtk
from PySide6 import QtCore, QtGui, QtWidgets

TITLE_HEIGHT = 26


class Strict:
    """Refuses attributes that the class does not have, as a C++ widget does."""

    def __setattr__(self, name: str, value: Any) -> None:
        by_loader = isinstance(value, QtCore.QObject)  # PySide makes children attributes of their form
        if not (name.startswith("_") or by_loader or hasattr(type(self), name)):
            raise AttributeError(f"{type(self).__name__} has no attribute {name}")
        super().__setattr__(name, value)


class qMRMLWidget(Strict, QtWidgets.QWidget):
    mrmlSceneChanged = QtCore.Signal(object)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._scene: Any = None

    def mrmlScene(self) -> Any:
        return self._scene

    def setMRMLScene(self, scene: Any) -> None:
        self._scene = scene
        self.mrmlSceneChanged.emit(scene)


class qSlicerScriptedLoadableModuleWidget(qMRMLWidget):
    isEntered = QtCore.Property(bool, lambda self: self._entered, lambda self, v: setattr(self, "_entered", v))
    _entered = False


class ctkCollapsibleButton(Strict, QtWidgets.QWidget):
    contentsCollapsed = QtCore.Signal(bool)

    def __init__(self, parent: Any = None) -> None:
        self._title: Any = None
        self._forcing = self._was_shown = False
        self._hidden_by_others: set[int] = set()
        super().__init__(parent)
        self._title = QtWidgets.QToolButton()
        self._title.setParent(self)
        self._title.setToolButtonStyle(QtCore.Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._title.setAutoRaise(True)
        self._title.clicked.connect(lambda: self.setCollapsed(not self._is_collapsed))
        self._is_collapsed = False
        self.setContentsMargins(4, TITLE_HEIGHT, 4, 2)
        self._show()

    def setCollapsed(self, collapsed: bool) -> None:
        self._is_collapsed = collapsed
        self._show()
        self.contentsCollapsed.emit(collapsed)

    def setText(self, text: str) -> None:
        self._title.setText(text)

    collapsed = QtCore.Property(bool, lambda self: self._is_collapsed, setCollapsed)
    text = QtCore.Property(str, lambda self: self._title.text(), setText)

    def _show(self) -> None:
        arrow = QtCore.Qt.ArrowType.RightArrow if self._is_collapsed else QtCore.Qt.ArrowType.DownArrow
        self._title.setArrowType(arrow)
        if not self.testAttribute(QtCore.Qt.WidgetAttribute.WA_WState_Created):
            return  # as the real one: children stay as they are until the section is shown for the first time
        if not self._was_shown:
            self._was_shown = True
            explicitly = QtCore.Qt.WidgetAttribute.WA_WState_ExplicitShowHide
            children = [child for child in self.children() if isinstance(child, QtWidgets.QWidget)]
            self._hidden_by_others |= {id(one) for one in children if one.isHidden() and one.testAttribute(explicitly)}
        self._forcing = True
        for child in self.children():
            if isinstance(child, QtWidgets.QWidget) and child is not self._title:
                child.setVisible(not self._is_collapsed and id(child) not in self._hidden_by_others)
        self._forcing = False
        self.setMaximumHeight(TITLE_HEIGHT if self._is_collapsed else 16777215)

    def childEvent(self, event: QtCore.QChildEvent) -> None:
        child = event.child()
        if event.added() and isinstance(child, QtWidgets.QWidget) and child is not self._title:
            child.installEventFilter(self)

    def eventFilter(self, child: QtCore.QObject, event: QtCore.QEvent) -> bool:
        """A child that its owner hides stays hidden when the section opens."""
        if not self._forcing and event.type() == QtCore.QEvent.Type.HideToParent:
            self._hidden_by_others.add(id(child))
        elif not self._forcing and event.type() == QtCore.QEvent.Type.ShowToParent:
            self._hidden_by_others.discard(id(child))
        return False

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        self._title.setGeometry(0, 0, event.size().width(), TITLE_HEIGHT - 2)

    def showEvent(self, _event: QtGui.QShowEvent) -> None:
        self._show()


class qMRMLNodeComboBox(Strict, QtWidgets.QWidget):
    currentNodeChanged = QtCore.Signal(object)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._scene: Any = None
        self._current = ""
        self._types: list[str] = []
        self._options = {
            "noneEnabled": False,
            "addEnabled": True,
            "removeEnabled": True,
            "renameEnabled": False,
            "showHidden": False,
            "showChildNodeTypes": True,
        }
        self._tags: list[int] = []
        self._box = QtWidgets.QComboBox(self)  # in Slicer one that elides long names: they do not widen a panel
        self._box.setSizeAdjustPolicy(QtWidgets.QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._box.setMinimumContentsLength(8)
        self._box.activated.connect(lambda index: self._choose(self._box.itemData(index)))
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._box)

    @staticmethod
    def _option(name: str) -> Any:
        return QtCore.Property(bool, lambda self: self._options[name], lambda self, v: self._set_option(name, v))

    def setNodeTypes(self, types: list[str]) -> None:
        self._types = list(types)
        self._refresh()

    nodeTypes = QtCore.Property("QStringList", lambda self: self._types, setNodeTypes)
    noneEnabled = _option("noneEnabled")
    addEnabled = _option("addEnabled")
    removeEnabled = _option("removeEnabled")
    renameEnabled = _option("renameEnabled")
    showHidden = _option("showHidden")
    showChildNodeTypes = _option("showChildNodeTypes")

    def mrmlScene(self) -> Any:
        return self._scene

    def setMRMLScene(self, scene: Any) -> None:
        for tag in self._tags:
            self._scene.RemoveObserver(tag)
        self._scene = scene
        names = ("NodeAddedEvent", "NodeRemovedEvent", "EndCloseEvent", "EndImportEvent") if scene is not None else ()
        self._tags = [scene.AddObserver(getattr(scene, name), lambda *_: self._refresh()) for name in names]
        self._refresh()

    def currentNode(self) -> Any:
        return self._scene.GetNodeByID(self._current) if self._scene is not None and self._current else None

    def setCurrentNode(self, node: Any) -> None:
        self._choose("" if node is None else node.GetID())

    def _set_option(self, name: str, value: bool) -> None:
        self._options[name] = value
        self._refresh()

    def _choose(self, node_id: str) -> None:
        if node_id != self._current:
            self._current = node_id
            self._refresh()
            self.currentNodeChanged.emit(self.currentNode())

    def _nodes(self) -> Iterator[Any]:
        for n in range(0 if self._scene is None else self._scene.GetNumberOfNodes()):
            node = self._scene.GetNthNode(n)
            exact = not self._options["showChildNodeTypes"]
            fits = any(node.GetClassName() == kind if exact else node.IsA(kind) for kind in self._types)
            if fits and (self._options["showHidden"] or not node.GetHideFromEditors()):
                yield node

    def _refresh(self) -> None:
        self._box.clear()
        self._box.addItem("None", "")
        for node in self._nodes():
            self._box.addItem(node.GetName(), node.GetID())
        present = self._box.findData(self._current)
        self._box.setCurrentIndex(max(present, 0))
        if present < 0:
            self._choose("")


class qMRMLTableView(Strict, QtWidgets.QTableView):
    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._node: Any = None
        self._tag = 0

    def setMRMLTableNode(self, node: Any) -> None:
        if node is not None and not node.IsA("vtkMRMLTableNode"):
            raise TypeError("setMRMLTableNode takes a vtkMRMLTableNode")
        if self._node is not None:
            self._node.RemoveObserver(self._tag)
        self._node = node
        if node is not None:
            self._tag = node.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: self._show())
        self._show()

    def mrmlTableNode(self) -> Any:
        return self._node

    def _show(self) -> None:
        table = vtk.vtkTable() if self._node is None else self._node.GetTable()
        model = QtGui.QStandardItemModel(table.GetNumberOfRows(), table.GetNumberOfColumns(), self)
        model.setHorizontalHeaderLabels([table.GetColumnName(n) for n in range(table.GetNumberOfColumns())])
        for row in range(table.GetNumberOfRows()):
            for column in range(table.GetNumberOfColumns()):
                model.setItem(row, column, QtGui.QStandardItem(table.GetValue(row, column).ToString()))
        self.setModel(model)


CTK_WIDGETS = (ctkCollapsibleButton,)
QMRML_WIDGETS = (qMRMLWidget, qSlicerScriptedLoadableModuleWidget, qMRMLNodeComboBox, qMRMLTableView)
