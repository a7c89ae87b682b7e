"""Container images written by hand from static programs, for `ctr images import`."""

import hashlib
import io
import json
import tarfile
from pathlib import Path

NOBODY = "65532:65532"


def image(name: str, program: Path, path: str, arguments: list[str]) -> bytes:
    """An archive with one layer that holds one static program; the same bytes every time."""
    layer = _tar([(path, program.read_bytes(), 0o755)])
    digest = hashlib.sha256(layer).hexdigest()
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {"Entrypoint": [f"/{path}", *arguments], "User": NOBODY},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
        },
        sort_keys=True,
    ).encode()
    config_name = f"{hashlib.sha256(config).hexdigest()}.json"
    layer_name = f"{digest}/layer.tar"
    manifest = [{"Config": config_name, "RepoTags": [name], "Layers": [layer_name]}]
    return _tar(
        [
            (config_name, config, 0o644),
            (layer_name, layer, 0o644),
            ("manifest.json", json.dumps(manifest).encode(), 0o644),
        ]
    )


def _tar(files: list[tuple[str, bytes, int]]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for path, body, mode in files:
            for parent in reversed(Path(path).parents[:-1]):
                folder = tarfile.TarInfo(str(parent))
                folder.type, folder.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(folder)
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(body), mode
            archive.addfile(entry, io.BytesIO(body))
    return out.getvalue()
