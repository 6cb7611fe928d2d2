"""Plotly figures. Names out of a dataset are escaped: plotly reads some HTML in its texts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from pages.shared.words import html, shortened
from store.dataset import Unit

if TYPE_CHECKING:  # each of these takes seconds to import
    from engine.contract import Score, Scorer
    from engine.run_measures import Measured

HEIGHT = 280
MARGIN = {"l": 10, "r": 10, "t": 10, "b": 10}
SEQUENTIAL = "Viridis"


def balance(
    classes: Sequence[str],
    counts: Sequence[int],
    unit: Unit = "example",
    now: Sequence[int] | None = None,
) -> go.Figure:
    """How many rows carry each label, as bars; beside them how many do by now, if that is given."""
    names = [html(shortened(name, 30)) for name in classes]
    bars = [("as given", counts)] if now is None else [("as given", counts), ("in force", now)]
    figure = go.Figure()
    for title, numbers in bars:
        called = "" if now is None else f", {title}"
        figure.add_bar(
            name=title,
            x=list(numbers),
            y=list(range(len(names))),
            orientation="h",
            hovertemplate=f"%{{customdata}}{called}: %{{x:,}}<extra></extra>",
            customdata=names,
        )
    if now is not None:
        figure.data[0].marker.color = "#8a8f8d"
        figure.data[1].marker.color = "#0f766e"
        legend = {"orientation": "h", "y": 1, "yanchor": "bottom"}
        figure.update_layout(barmode="group", bargap=0.3, legend=legend)
    # Tick texts instead of categories: two long names may be alike once shortened.
    figure.update_yaxes(tickvals=list(range(len(names))), ticktext=names, autorange="reversed")
    figure.update_xaxes(title=f"{unit}s")
    per_class = 24 if now is None else 32
    figure.update_layout(height=max(160, 60 + per_class * len(names)), margin=MARGIN)
    return figure


def histogram(score: "Score") -> go.Figure:
    """Distribution of a score's values; the axis says which end is suspicious."""
    counts, edges = np.histogram(score.values[~np.isnan(score.values)], bins=60)
    bars = go.Bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=counts,
        width=np.diff(edges),
        hovertemplate=f"about %{{x:.3g}}: %{{y:,}} {score.scorer.unit}s<extra></extra>",
    )
    figure = go.Figure(bars)
    figure.update_layout(
        height=HEIGHT, margin=MARGIN, bargap=0, xaxis_title=axis_title(score.scorer)
    )
    figure.update_yaxes(title=f"{score.scorer.unit}s")
    return figure


def axis_title(scorer: "Scorer") -> str:
    """The title with an arrow to the suspicious end."""
    if scorer.review_first == "lowest":
        return f"← review first   {html(scorer.title)}"
    return f"{html(scorer.title)}   review first →"


def comparison(ids: Sequence[str], across: "Score", up: "Score") -> go.Figure:
    """Two scores of the same examples."""
    dots = go.Scattergl(
        x=across.values,
        y=up.values,
        mode="markers",
        marker={"size": 5, "opacity": 0.5},
        text=[html(id) for id in ids],
        hovertemplate="%{text}<br>%{x:.3g}, %{y:.3g}<extra></extra>",
    )
    figure = go.Figure(dots)
    figure.update_layout(
        height=420,
        margin=MARGIN,
        xaxis_title=axis_title(across.scorer),
        yaxis_title=axis_title(up.scorer),
    )
    return figure


def found_curve(found: np.ndarray, at_random: np.ndarray, what: str = "errors") -> go.Figure:
    """What was found against cards seen, beside the band in which a random order would lie.

    found: (t,) after each card. at_random: (t, 3) low, middle, high of the same.
    """
    # As many places as the eye tells apart, the last one among them.
    shown = np.unique(np.linspace(0, len(found) - 1, min(len(found), 400)).astype(np.int64))
    cards = shown + 1
    grey = "rgba(136, 136, 136, .25)"
    low, middle, high = (at_random[shown, part] for part in range(3))
    edge = {"x": cards, "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    dotted = {"dash": "dot", "color": "#888888"}
    figure = go.Figure(
        [
            go.Scatter(y=low, showlegend=False, **edge),
            go.Scatter(y=high, fill="tonexty", fillcolor=grey, showlegend=False, **edge),
            go.Scatter(x=cards, y=middle, name="random order", line=dotted),
            go.Scatter(x=cards, y=found[shown], name="this review", line={"color": "#0f766e"}),
        ]
    )
    figure.update_traces(hovertemplate=f"%{{y:.3~g}} {what} after %{{x:,}} cards")
    figure.update_layout(
        height=HEIGHT,
        margin=MARGIN,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        xaxis_title="cards seen",
        yaxis_title=f"{what} found",
        yaxis_rangemode="tozero",
    )
    return figure


def before_and_after(measured: "Sequence[Measured]") -> go.Figure:
    """Systems as lines, best on top: an open dot before, a full one after, bars of 95 %."""
    ordered = sorted(measured, key=lambda one: one.after.middle)
    names = [html(shortened(one.system, 30)) for one in ordered]
    figure = go.Figure()
    for title, symbol, shift in (("before", "circle-open", -0.12), ("after", "circle", 0.12)):
        values = [getattr(one, title) for one in ordered]
        figure.add_scatter(
            name=title,
            x=[value.middle for value in values],
            y=[place + shift for place in range(len(ordered))],
            mode="markers",
            marker={"symbol": symbol, "size": 9},
            error_x={
                "array": [value.high - value.middle for value in values],
                "arrayminus": [value.middle - value.low for value in values],
                "width": 0,
                "thickness": 1,
            },
            customdata=names,
            hovertemplate=f"%{{customdata}}, {title}: %{{x:.3f}}<extra></extra>",
        )
    # Tick texts instead of categories: two long names may be alike once shortened.
    figure.update_yaxes(tickvals=list(range(len(names))), ticktext=names)
    figure.update_xaxes(title=html(measured[0].measure) if measured else "")
    figure.update_layout(
        height=110 + 34 * len(names),
        margin=MARGIN,
        legend={"orientation": "h", "y": 1, "yanchor": "bottom"},
    )
    return figure
