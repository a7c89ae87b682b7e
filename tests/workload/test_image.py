"""The archive that containerd loads."""

import hashlib
import io
import json
import os
import tarfile

from infra.workload import image, ingredients
from infra.workload.archive import write_image


def packed(folder, moment):
    """A small root file system with files of this age, packed."""
    root = folder / "root"
    (root / "tmp").mkdir(parents=True)
    (root / "app").mkdir()
    (root / "app" / "scoring.py").write_text("pass")
    (root / "app" / "scoring.py").chmod(0o4755)
    (root / "bin").symlink_to("usr/bin")
    os.utime(root / "app" / "scoring.py", (moment, moment))
    write_image(root, image.IMAGE, image.START, folder / "image.tar")
    return (folder / "image.tar").read_bytes()


def test_the_same_files_give_the_same_bytes_whatever_their_age(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert packed(tmp_path / "a", 1) == packed(tmp_path / "b", 1_000_000)


def read(archive, name):
    member = archive.extractfile(name)
    assert member is not None
    return member.read()


def test_the_archive_names_its_image_user_and_layer(tmp_path):
    with tarfile.open(fileobj=io.BytesIO(packed(tmp_path, 1))) as archive:
        [listed] = json.loads(read(archive, "manifest.json"))
        config = json.loads(read(archive, listed["Config"]))
        layer = read(archive, listed["Layers"][0])
    assert listed["RepoTags"] == ["localhost/credit-scoring:1"]
    assert config["config"]["User"] == "65532:65532"
    assert config["rootfs"]["diff_ids"] == [f"sha256:{hashlib.sha256(layer).hexdigest()}"]
    with tarfile.open(fileobj=io.BytesIO(layer)) as files:
        assert files.getnames() == ["app", "app/scoring.py", "bin", "tmp"]
        assert files.getmember("app/scoring.py").mode == 0o755
        assert files.getmember("bin").issym()


def test_an_image_that_still_fits_is_not_built_again(tmp_path, monkeypatch):
    built = []

    def lay(root, data):
        root.mkdir()
        built.append(data)

    monkeypatch.setattr(ingredients, "fetch_data", lambda target: target.touch())
    monkeypatch.setattr(image, "lay", lay)
    image.build(tmp_path)
    image.build(tmp_path)
    assert len(built) == 1
    monkeypatch.setattr(image, "fingerprint", lambda: "something else")
    image.build(tmp_path)
    assert len(built) == 2
