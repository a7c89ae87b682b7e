"""A folder as a container image: one layer, in the archive form that `ctr images import` reads.

The same folder gives the same bytes, whoever packs it and whenever: names are sorted, and times,
owners and set-user-id bits are left out.
"""

import hashlib
import io
import json
import platform
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
RIGHTS = 0o755
SCRATCH = "tmp"  # the one folder that everybody may write to


@dataclass(frozen=True)
class Start:
    """How a container of the image starts."""

    user: str
    command: list[str]
    variables: dict[str, str]
    folder: str
    port: int


def write_image(root: Path, name: str, start: Start, target: Path) -> None:
    """Pack `root` as the image `name` into the file `target`; the layer is written beside it."""
    layer = target.with_suffix(".layer")
    try:
        write_layer(root, layer)
        with layer.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        config = _json(_config(start, digest))
        config_name = f"{hashlib.sha256(config).hexdigest()}.json"
        layer_name = f"{digest}/layer.tar"
        manifest = [{"Config": config_name, "RepoTags": [name], "Layers": [layer_name]}]
        with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as image:
            _add(image, config_name, config)
            with layer.open("rb") as file:
                image.addfile(_member(layer_name, layer.stat().st_size), file)
            _add(image, "manifest.json", _json(manifest))
    finally:
        layer.unlink(missing_ok=True)


def write_layer(root: Path, target: Path) -> None:
    """Pack the folders, files and links below `root`; nothing else belongs into an image."""
    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as layer:
        for path in _below(root):
            member = tarfile.TarInfo(path.relative_to(root).as_posix())
            mode = path.lstat().st_mode
            member.mode = 0o1777 if member.name == SCRATCH else mode & RIGHTS
            if stat.S_ISLNK(mode):
                member.type, member.linkname = tarfile.SYMTYPE, str(path.readlink())
                layer.addfile(member)
            elif stat.S_ISDIR(mode):
                member.type = tarfile.DIRTYPE
                layer.addfile(member)
            elif stat.S_ISREG(mode):
                member.size = path.stat().st_size
                with path.open("rb") as file:
                    layer.addfile(member, file)


def _below(folder: Path) -> Iterator[Path]:
    """Everything below a folder, a folder before what it holds, in the order of the names."""
    for path in sorted(folder.iterdir()):
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from _below(path)


def _config(start: Start, layer: str) -> dict[str, Any]:
    return {
        "architecture": ARCHITECTURES[platform.machine()],
        "os": "linux",
        "created": "1970-01-01T00:00:00Z",
        "config": {
            "User": start.user,
            "Entrypoint": start.command,
            "Env": [f"{name}={value}" for name, value in sorted(start.variables.items())],
            "WorkingDir": start.folder,
            "ExposedPorts": {f"{start.port}/tcp": {}},
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer}"]},
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    return member


def _add(image: tarfile.TarFile, name: str, content: bytes) -> None:
    image.addfile(_member(name, len(content)), io.BytesIO(content))
