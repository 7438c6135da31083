"""Which volumes the user has chosen, whether they can be measured, and what Apply will do. Knows neither Qt nor a scene."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ParaspinalFatLib.errors import ParaspinalFatError
from ParaspinalFatLib.fat.methods import AUTO, METHODS, method_for
from ParaspinalFatLib.fat.user_threshold import METHOD as THRESHOLD_METHOD
from ParaspinalFatLib.imaging.dixon_names import FAT_SUPPRESSED, Recognition
from ParaspinalFatLib.imaging.roles import Images, Role, segmentation_role
from ParaspinalFatLib.scene.translation import tr as _

ROLE_PARAMETERS = {
    Role.ANATOMY: "anatomyVolume",
    Role.WATER: "waterVolume",
    Role.FAT: "fatVolume",
    Role.FAT_FRACTION: "fatFractionVolume",
    Role.IN_PHASE: "inPhaseVolume",
    Role.OPPOSED_PHASE: "opposedPhaseVolume",
}
"""Names of the volumes in the parameter node."""

ROLE_WORDS = {
    Role.ANATOMY: "T1 or T2",
    Role.WATER: "Dixon water",
    Role.FAT: "Dixon fat",
    Role.FAT_FRACTION: "fat fraction",
    Role.IN_PHASE: "in phase",
    Role.OPPOSED_PHASE: "opposed phase",
}
"""The roles as the panel calls them."""

FAT_METHODS = (AUTO, *METHODS)
"""The choices of the fat method; ``auto`` is Dixon where the images allow it, else Otsu."""


def fat_method_titles() -> list[str]:
    """The fat methods in words, in the order of :data:`FAT_METHODS`."""
    automatic = _("Automatic (Dixon, else Otsu)")
    return [automatic, *(_(method.title) for method in METHODS.values())]


def chosen_volumes(parameters: Any) -> dict[Role, Any]:
    """The volumes that are selected in a parameter node, by role."""
    chosen = {role: getattr(parameters, name) for role, name in ROLE_PARAMETERS.items()}
    return {role: volume for role, volume in chosen.items() if volume is not None}


def obstacle(volumes: Mapping[Role, Any], images: Images | None, fat_method: str) -> str:
    """Why the chosen volumes cannot be processed, as a sentence for the user; empty if they can.

    Args:
        volumes: role to volume node.
        images: their images; None as long as they could not be read.
        fat_method: one of :data:`FAT_METHODS`.
    """
    if not volumes:
        return _("Select a T1 or T2 image, Dixon water and fat images, or a fat-fraction map.")
    used_twice = _used_twice(volumes)
    if used_twice:
        return _("{name} is selected twice. Select each volume for what it shows.").format(name=used_twice)
    if images is None:
        return ""
    try:
        method_for(images, fat_method)
    except ParaspinalFatError as error:
        return str(error)
    return ""


def intention(volumes: Mapping[Role, Any], images: Images, fat_method: str) -> str:
    """What Apply will do, as a sentence."""
    outlined = volumes[segmentation_role(images)].GetName()
    title = METHODS[method_for(images, fat_method).name].title
    text = _("Outline the muscles on {volume}, then measure them. Fat fraction by {method}.")
    return text.format(volume=outlined, method=title)


def fat_parameters(parameters: Any) -> dict[str, object]:
    """The options of the chosen fat method in a parameter node: the threshold set by hand, where that is the method."""
    return {"threshold": parameters.fatThreshold} if parameters.fatMethod == THRESHOLD_METHOD else {}


def shown_contrast(volumes: Mapping[Role, Any], recognise: Callable[[Any], Recognition | None]) -> str:
    """What the chosen images show by their tags and names, with a warning where that is not what they are chosen for.

    Args:
        volumes: role to volume node.
        recognise: what a volume shows, or None.
    """
    found = {role: recognise(volume) for role, volume in volumes.items()}
    by_source: dict[str, list[str]] = {}
    for one in found.values():
        if one is not None and one.contrast:
            by_source.setdefault(one.source, []).append(one.contrast)
    contrasts = [
        _("{contrasts} (from {source})").format(contrasts=", ".join(shown), source=source)
        for source, shown in by_source.items()
    ]
    lines = contrasts or ([_("not known from names or DICOM tags")] if volumes else [])
    for role, shows in found.items():
        if shows is not None and shows.role is not role:
            text = _("Check {name}: {source} says {contrast}, and it is selected as {role}.")
            name, chosen = volumes[role].GetName(), _(ROLE_WORDS[role])
            lines.append(text.format(name=name, source=shows.source, contrast=shows.contrast, role=chosen))
        if shows is not None and shows.contrast.endswith(FAT_SUPPRESSED):
            lines.append(_("Fat is suppressed on {name}: no threshold finds it there.").format(name=volumes[role].GetName()))
    return "\n".join(lines)


def proposal_text(proposed: Mapping[Role, Any]) -> str:
    """The proposed volumes in words; empty if there are none."""
    if not proposed:
        return ""
    parts = [f"{_(ROLE_WORDS[role])} = {volume.GetName()}" for role, volume in proposed.items()]
    return _("Recognised: {images}").format(images=", ".join(parts))


def _used_twice(volumes: Mapping[Role, Any]) -> str:
    names = [volume.GetName() for volume in volumes.values()]
    ids = [volume.GetID() for volume in volumes.values()]
    return next((names[n] for n in range(len(ids)) if ids[n] in ids[:n]), "")
