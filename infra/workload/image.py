"""The container image of the demo workload, built on this machine without any image tool.

`python -m infra.workload.image` leaves `images/credit-scoring.tar` in the data folder, and the
data it was built with beside it. It builds only when something that the image is made from has
changed here; a newer Debian package alone is no reason, and `--fresh` builds regardless.
"""

import argparse
import fcntl
import hashlib
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.workload import archive, ingredients

IMAGE = "localhost/credit-scoring:1"
USER = 65532
PORT = 8080
DATA_NAME = "germancredit.csv"
HERE = Path(__file__).parent
LOCK = HERE / "requirements.lock"
PROGRAM = HERE / "scoring.py"
INPUTS = (PROGRAM, LOCK, Path(__file__), HERE / "archive.py", HERE / "ingredients.py")

START = archive.Start(
    user=f"{USER}:{USER}",
    command=[f"/usr/bin/python{ingredients.PYTHON}", "/app/scoring.py"],
    variables={
        "HOME": "/tmp",
        "JOBLIB_MULTIPROCESSING": "0",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PATH": "/usr/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": "/app/libraries",
        "PYTHONUNBUFFERED": "1",
    },
    folder="/app",
    port=PORT,
)


def images_folder() -> Path:
    """Where images lie: in the data folder, which SANDBOX_DATA may move."""
    data = os.environ.get("SANDBOX_DATA") or Path(__file__).parents[2] / ".local"
    return Path(data).resolve() / "images"


def fingerprint() -> str:
    """A hash of everything here that shapes the image."""
    found = hashlib.sha256(platform.machine().encode())
    for path in INPUTS:
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def build(folder: Path, *, fresh: bool = False) -> Path:
    """The image in `folder`: the one that lies there if it still fits, else a new one."""
    folder.mkdir(parents=True, exist_ok=True)
    image, mark = folder / "credit-scoring.tar", folder / "credit-scoring.inputs"
    with _alone(folder):
        ingredients.fetch_data(folder / DATA_NAME)
        wanted = fingerprint()
        if not fresh and image.exists() and mark.exists() and mark.read_text() == wanted:
            _say(f"{image.name} is up to date")
            return image
        with tempfile.TemporaryDirectory(dir=folder, prefix=".build-") as work:
            root, made = Path(work) / "root", Path(work) / image.name
            lay(root, folder / DATA_NAME)
            _say("packing the image")
            archive.write_image(root, IMAGE, START, made)
            mark.unlink(missing_ok=True)
            made.replace(image)
        mark.write_text(wanted)
    _say(f"{image.name}: {image.stat().st_size / 1e6:.0f} MB")
    return image


def lay(root: Path, data: Path) -> None:
    """The root file system of a container."""
    root.mkdir()
    _say(f"unpacking Debian {ingredients.SUITE}")
    ingredients.lay_system(root)
    _say("installing the libraries")
    ingredients.lay_libraries(LOCK, root / "app" / "libraries")
    shutil.copy(PROGRAM, root / "app" / PROGRAM.name)
    shutil.copy(data, root / "app" / DATA_NAME)
    (root / "etc" / "passwd").write_text(
        f"root:x:0:0::/:/nologin\nscoring:x:{USER}:{USER}::/tmp:/nologin\n"
    )
    (root / "etc" / "group").write_text(f"root:x:0:\nscoring:x:{USER}:\n")
    _say("compiling the Python files")
    ingredients.compile_ahead(root, f"/usr/lib/python{ingredients.PYTHON}", "/app/libraries")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One build at a time; a second one waits, and then finds the image of the first."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


_BEGAN = time.monotonic()


def _say(what: str) -> None:
    print(f"[{time.monotonic() - _BEGAN:5.1f} s] {what}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the image of the demo workload.")
    parser.add_argument("--fresh", action="store_true", help="build even if nothing has changed")
    chosen = parser.parse_args()
    try:
        build(images_folder(), fresh=chosen.fresh)
    except (ingredients.Missing, RuntimeError) as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    main()
