"""One picture for each measurement: the values, the bar, and what is missing."""

import io
import itertools
from datetime import UTC

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, DateFormatter
from matplotlib.figure import Figure

from sandbox.domain.measurement import Measurement, Series
from sandbox.domain.plan import Bound
from sandbox.monitoring.language import Words
from sandbox.monitoring.readable import decimal

INK, BREACH, MISSING = "#1d2f4f", "#8f1d14", "#fdf1d8"
SECONDS_PER_DAY = 86_400
GAP_STEPS = 1.5  # samples further apart than this many steps have a hole between them


def plot(measurement: Measurement, words: Words) -> str:
    """An SVG with its few words in a language; the same measurement gives the same text."""
    with mpl.rc_context({"svg.hashsalt": "sandbox", "svg.fonttype": "path", "font.size": 8}):
        figure = Figure(figsize=(7.0, 1.75), layout="constrained")
        axes = figure.subplots()
        series, threshold = measurement.series, measurement.threshold
        begin, end = series.start.timestamp(), series.end.timestamp() + 1e-3
        axes.set_xlim(_day(begin), _day(end))
        axes.xaxis_date(UTC)
        for begin, end in _holes(series):
            axes.axvspan(_day(begin), _day(end), color=MISSING, linewidth=0)
        for stretch in _stretches(series):
            times = [_day(at) for at, _ in stretch]
            values = [value for _, value in stretch]
            axes.plot(
                times, values, color=INK, linewidth=1.1, marker="." if len(times) == 1 else ""
            )
        axes.axhline(threshold.value, color=BREACH, linewidth=0.9, linestyle=(0, (4, 3)))
        _label(axes, measurement, words)
        if measurement.value is None:
            axes.text(
                0.5,
                0.5,
                words.get("NO DATA", "NO DATA"),
                transform=axes.transAxes,
                ha="center",
                va="center",
            )
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        return out.getvalue()


def _label(axes: Axes, measurement: Measurement, words: Words) -> None:
    def shown(value: float) -> str:
        return decimal(f"{value:g}", words.language)

    threshold = measurement.threshold
    side = "at most" if threshold.bound is Bound.AT_MOST else "at least"
    values = [*measurement.series.numbers, threshold.value]
    room = (max(values) - min(values)) * 0.15 or 0.1
    axes.set_ylim(min(values) - room, max(values) + room)
    axes.annotate(
        f"{words.get(side, side)} {shown(threshold.value)}",
        (1, threshold.value),
        xycoords=("axes fraction", "data"),
        xytext=(0, 2),
        textcoords="offset points",
        ha="right",
        va="bottom",
        color=BREACH,
    )
    axes.set_ylabel(measurement.unit)
    axes.yaxis.set_major_formatter(lambda value, _: shown(value))
    axes.xaxis.set_major_locator(AutoDateLocator(maxticks=8))  # type: ignore[no-untyped-call] # matplotlib
    axes.xaxis.set_major_formatter(DateFormatter("%H:%M:%S", tz=UTC))  # type: ignore[no-untyped-call] # matplotlib
    axes.grid(visible=True, axis="y", linewidth=0.3)


def _stretches(series: Series) -> list[list[tuple[float, float]]]:
    """The samples in stretches without a hole."""
    found: list[list[tuple[float, float]]] = []
    for point in series.points:
        near = found and point.at - found[-1][-1][0] <= GAP_STEPS * series.step_seconds
        if not near:
            found.append([])
        found[-1].append((point.at, point.value))
    return found


def _holes(series: Series) -> list[tuple[float, float]]:
    """Where samples are missing, from moment to moment."""
    step = series.step_seconds
    known = [series.start.timestamp() - step, *(p.at for p in series.points)]
    known.append(series.end.timestamp() + step)
    pairs = itertools.pairwise(known)
    return [(a + step / 2, b - step / 2) for a, b in pairs if b - a > GAP_STEPS * step]


def _day(seconds: float) -> float:
    """A moment as matplotlib counts it, in days since the epoch."""
    return seconds / SECONDS_PER_DAY
