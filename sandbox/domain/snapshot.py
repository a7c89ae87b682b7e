"""What ran, lay on volumes and had been measured when an inspection was opened (Art. 60(6))."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sandbox.domain.environment import RunningImage, VolumeSnapshot
from sandbox.domain.kept import KeptSeries

NO_SNAPSHOTS = "volumes were not snapshotted: this cluster offers no snapshots"
NO_VOLUMES = "there were no volumes"
NOTHING_MEASURED = "nothing was measured in the days before"
NOTHING_RAN = "nothing ran"
NOT_TAKEN = "not taken before the inspection was closed"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The evidence of an inspection, as far as it was taken: each part knows when.

    `volumes` is None where the cluster offers no snapshots, `kept` where nothing was measured.
    """

    images: tuple[RunningImage, ...] = ()
    images_at: datetime | None = None
    volumes: tuple[VolumeSnapshot, ...] | None = ()
    volumes_at: datetime | None = None
    kept: KeptSeries | None = None
    kept_at: datetime | None = None

    def is_whole(self, *, with_volumes: bool) -> bool:
        volumes_at = {self.volumes_at} if with_volumes else set()
        return None not in {self.images_at, self.kept_at, *volumes_at}

    def said(self) -> dict[str, list[str]]:
        """What was secured, in words, for the record of the inspection (D18)."""
        volumes = (NO_SNAPSHOTS,) if self.volumes is None else self.volumes or (NO_VOLUMES,)
        series = (self.kept or NOTHING_MEASURED,)
        return {
            "images": list(_part(self.images_at, self.images or (NOTHING_RAN,))),
            "volumes": list(_part(self.volumes_at, volumes)),
            "kept_series": list(_part(self.kept_at, series)),
        }


def _part(at: datetime | None, found: tuple[object, ...]) -> Iterator[str]:
    if at is None:
        yield NOT_TAKEN
        return
    yield from (str(one) for one in found)
