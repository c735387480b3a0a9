"""Every figure drawn from data: what it shows, and that all of it can be read."""

import numpy as np
import pytest
from matplotlib.colors import LogNorm, to_hex
from matplotlib.image import imread

from zoo.inspect import (
    activation_heatmap,
    concatenated_layout,
    direction_correlation,
    direction_correlation_figure,
    figure_to_array,
    information_flow_figure,
    learning_curves,
    narrow_figures,
    per_position_figure,
    save_png,
    state_evolution,
    state_norms,
)
from zoo.inspect.figures.style import is_narrow

# The bundled font lacks the scripts that some tokens are in; it then draws boxes.
pytestmark = pytest.mark.filterwarnings("error", "ignore:Glyph")

UNITS = 5
WORDS = ["Washington", "went", "to", "the", "Donaudampfschifffahrt", "."]
BRACKETS = "(a[b)]"
SCRIPTS = ["東京", "नमस्ते", "مرحبا", "👩‍👩‍👧", "Ελλάδα", "ไทย"]
TRAPS = ["", " ", "a\nb", "$", "$x^$", "_", "\\", "\ud800", "\x00"]


def outputs_of(length):
    h = np.tanh(np.random.default_rng(0).normal(size=(2, length, UNITS)))
    return {"forward": h[0], "backward": h[1]}


def flows_of(length):
    t, s = np.indices((length, length))
    both = 0.8 ** np.abs(t - s)
    return {"forward": np.tril(both), "backward": np.triu(both), "both": both}


def accuracies(length):
    curve = np.linspace(0.7, 0.99, length)
    return {"forward": curve, "backward": curve[::-1], "both": np.full(length, 0.999)}


FIGURES = {
    "state_evolution": lambda n, tokens: state_evolution(
        state_norms(outputs_of(n)), tokens, ["inside" if t % 5 else "outside" for t in range(n)]
    ),
    "information_flow_figure": lambda n, tokens: information_flow_figure(flows_of(n), tokens),
    "activation_heatmap": lambda n, tokens: activation_heatmap(outputs_of(n), tokens),
    "concatenated_layout": lambda n, tokens: concatenated_layout(outputs_of(n), tokens),
    "direction_correlation_figure": lambda n, tokens: direction_correlation_figure(
        *direction_correlation(outputs_of(n)), tokens
    ),
}
CURVES = {
    "learning_curves": lambda n: learning_curves(
        {
            name: {"accuracy": list(curve - 0.01), "val_accuracy": list(curve)}
            for name, curve in accuracies(n).items()
        },
        {"forward": 0.8, "backward": 0.8},
    ),
    "per_position_figure": lambda n: per_position_figure(
        accuracies(n), {"forward": np.linspace(0.72, 1, n)}
    ),
}


def take(tokens, length):
    return [tokens[t % len(tokens)] for t in range(length)]


def all_figures(length=24):
    for draw in FIGURES.values():
        yield draw(length, take(WORDS, length))
    for draw in CURVES.values():
        yield draw(length)


def overlap(one, other):
    return min(one.x1, other.x1) - max(one.x0, other.x0) > 1 and (
        min(one.y1, other.y1) - max(one.y0, other.y0) > 1
    )


def tick_labels(axis):
    """Return the labels of an axis that are drawn, those of ticks within its limits."""
    low, high = sorted(axis.get_view_interval())
    return [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]


def assert_legible(figure):
    """Every text is large enough, inside the picture, and clear of its neighbours on the axis."""
    pixels = figure_to_array(figure)
    height, width, _ = pixels.shape
    assert width == (645 if is_narrow(figure) else 800)
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 2
    axes = [axes for axes in figure.axes if axes.axison]
    axis_labels = [tick_labels(axis) for each in axes for axis in (each.xaxis, each.yaxis)]
    others = [label for each in axes for label in (each.xaxis.label, each.yaxis.label, each.title)]
    others += [text for each in figure.axes for text in each.texts]
    others += [text for legend in figure.legends for text in legend.get_texts()]
    assert any(label.get_text() for labels in axis_labels for label in labels)
    for text in (t for t in (*sum(axis_labels, []), *others) if t.get_text()):
        box = text.get_window_extent()
        assert text.get_fontsize() >= 9, text
        assert box.x0 > -2 and box.y0 > -2 and box.x1 < width + 2 and box.y1 < height + 2, text
    for labels in axis_labels:
        boxes = [t.get_window_extent() for t in labels if t.get_visible() and t.get_text()]
        assert not any(overlap(*pair) for pair in zip(boxes, boxes[1:], strict=False)), labels


@pytest.mark.grid
@pytest.mark.parametrize(
    "length, tokens",
    [(1, WORDS), (24, BRACKETS), (40, WORDS), (200, WORDS)],
    ids=["one word", "brackets", "words", "long"],
)
@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_figures_of_any_length_are_legible(draw, length, tokens):
    assert_legible(draw(length, take(tokens, length)))


@pytest.mark.grid
@pytest.mark.parametrize("length", [1, 24, 200])
@pytest.mark.parametrize("draw", CURVES.values(), ids=CURVES)
def test_curves_of_any_length_are_legible(draw, length):
    assert_legible(draw(length))


@pytest.mark.grid
@pytest.mark.parametrize("length", [1, 24, 40])
@pytest.mark.parametrize("name", [*FIGURES, *CURVES])
def test_narrow_figures_are_legible(name, length):
    with narrow_figures():
        words = take(WORDS, length)
        figure = FIGURES[name](length, words) if name in FIGURES else CURVES[name](length)
    assert_legible(figure)


def test_only_what_is_drawn_inside_the_block_is_narrow():
    with narrow_figures():
        inside = CURVES["learning_curves"](3)
    assert is_narrow(inside) and not is_narrow(CURVES["learning_curves"](3))


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_any_text_can_be_a_token(draw):
    tokens = SCRIPTS + TRAPS
    assert figure_to_array(draw(len(tokens), tokens)).dtype == np.uint8


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_tokens_name_every_position(draw):
    with pytest.raises(ValueError, match="`tokens` must name every position: 24 .* got 5"):
        draw(24, list("abcde"))


def test_nothing_global_is_touched():
    from matplotlib import pyplot, rcParams

    settings = dict(rcParams)
    arrays = [figure_to_array(figure) for figure in all_figures()]
    assert len(arrays) == len(FIGURES) + len(CURVES)
    assert pyplot.get_fignums() == []
    assert dict(rcParams) == settings


def test_tokens_are_thinned_and_numbered():
    figure = state_evolution({"forward": np.ones(100)}, ["x"] * 100)
    labels = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert labels == [f"{t} x" for t in range(0, 100, 3)]
    figure = state_evolution({"forward": np.ones(3)}, ["a", "$", "c\td"])
    labels = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert labels == ["a", r"\$", "c·d"]


def test_state_evolution():
    norms = state_norms(outputs_of(9))
    figure = state_evolution(norms, labels=list("OOOOABBOO"))
    (axes,) = figure.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("position t", "norm of the state (L2)")
    for line, (name, norm) in zip(axes.lines, norms.items(), strict=True):
        assert line.get_label() == name
        np.testing.assert_array_equal(line.get_ydata(), norm)
    assert axes.get_ylim()[0] == 0
    spans = [(patch.get_x(), patch.get_width()) for patch in axes.patches]
    assert spans == [(-0.5, 4), (3.5, 1), (4.5, 2), (6.5, 2)]
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["forward", "backward", "combined", "O", "B", "A"]


def test_rare_labels_share_a_colour():
    labels = list("OOOAABBCCDDEFG")
    figure = state_evolution({"forward": np.ones(len(labels))}, labels=labels)
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["forward", *"OABCD", "other labels"]
    assert len(figure.axes[0].patches) == 6


def test_information_flow_figure():
    flows = flows_of(12)
    figure = information_flow_figure(flows)
    *row, bar = figure.axes
    assert [axes.get_title() for axes in row] == list(flows)
    assert row[0].get_ylabel() == "output position t"
    assert {axes.get_xlabel() for axes in row} == {"input position s"}
    assert "log scale" in bar.get_xlabel() and "exactly 0" in bar.get_xlabel()
    images = [axes.images[0] for axes in row]
    assert len({id(image.norm) for image in images}) == 1
    assert isinstance(images[0].norm, LogNorm)
    for image, flow in zip(images, flows.values(), strict=True):
        np.testing.assert_array_equal(image.get_array().mask, flow == 0)
        np.testing.assert_array_equal(image.get_array().filled(0), flow)


@pytest.mark.parametrize(
    "flow, limits",
    [
        ([[1.0, 1e-9], [0.1, 2.0]], (2e-4, 2.0)),  # cut after four decades
        ([[1.0, 0.0], [0.01, 2.0]], (0.01, 2.0)),  # all there is
        ([[2.0, 0.0], [0.0, 2.0]], (0.2, 2.0)),  # one value only
        ([[0.0, 0.0], [0.0, 0.0]], (0.1, 1.0)),
    ],
)
def test_the_flow_scale_shows_what_is_there(flow, limits):
    figure = information_flow_figure({"both": flow})
    norm = figure.axes[0].images[0].norm
    assert (norm.vmin, norm.vmax) == pytest.approx(limits)
    assert figure_to_array(figure).any()


@pytest.mark.parametrize("directions", [("forward", "backward"), ("forward",), ("backward",)])
def test_activation_heatmap(directions):
    outputs = {direction: outputs_of(9)[direction] for direction in directions}
    *column, bar = activation_heatmap(outputs).axes
    assert [axes.get_title().split(",")[0] for axes in column] == list(directions)
    assert {axes.get_ylabel() for axes in column} == {"unit"}
    assert (column[-1].get_xlabel(), bar.get_ylabel()) == ("position t", "activation h")
    largest = max(np.abs(h).max() for h in outputs.values())
    for axes, h in zip(column, outputs.values(), strict=True):
        np.testing.assert_array_equal(axes.images[0].get_array(), h.T)
        assert axes.images[0].get_clim() == (-largest, largest)


def test_concatenated_layout():
    outputs = outputs_of(9)
    _, axes, _, bar = concatenated_layout(outputs).axes
    joined = np.concatenate([outputs["forward"], outputs["backward"]], axis=1)
    np.testing.assert_array_equal(axes.images[0].get_array(), joined)
    assert set(axes.lines[0].get_xdata()) == {UNITS - 0.5}
    assert axes.get_ylabel() == "position t"
    assert [t.get_text() for t in axes.texts] == [
        f"forward: output[..., 0:{UNITS}]",
        f"backward: output[..., {UNITS}:{2 * UNITS}]",
    ]
    # The final states: the forward one at the last position, the backward one at the first.
    frames = [(patch.get_x(), patch.get_y(), patch.get_width()) for patch in axes.patches]
    assert frames == [(-0.5, 7.5, UNITS), (UNITS - 0.5, -0.5, UNITS)]
    assert bar.get_ylabel().startswith("activation h")


def test_the_arrows_of_the_layout_follow_the_reading():
    left, _, right, _ = concatenated_layout(outputs_of(9)).axes
    for axes, direction, sign in ((left, "forward", -1), (right, "backward", 1)):
        arrow, name = axes.texts
        assert name.get_text() == f"{direction} reads"
        assert np.sign(arrow.xy[1] - arrow.xyann[1]) == sign  # position 0 is at the top


def test_direction_correlation_figure():
    correlation, cosine = direction_correlation(outputs_of(9))
    matrix, curve, bar = direction_correlation_figure(correlation, cosine).axes
    assert (matrix.get_xlabel(), matrix.get_ylabel()) == ("backward unit", "forward unit")
    assert bar.get_ylabel() == "correlation"
    np.testing.assert_array_equal(matrix.images[0].get_array(), correlation)
    assert matrix.images[0].get_clim() == (-1, 1)
    np.testing.assert_array_equal(curve.lines[-1].get_ydata(), cosine)


def test_what_is_not_defined_is_named():
    *_, bar = direction_correlation_figure([[np.nan, 0.0], [0.0, 1.0]], [np.nan, 0.5]).axes
    assert "grey" in bar.get_ylabel()


def test_learning_curves():
    histories = {
        "forward": {"accuracy": [0.5, 0.6, 0.7], "val_accuracy": [0.4, 0.5, 0.6], "loss": [1]},
        "both": {"accuracy": [0.8, 0.9]},
    }
    figure = learning_curves(histories, {"forward": 0.75}, unit="step")
    (axes,) = figure.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("step", "accuracy (%)")
    ceiling, *lines = axes.lines
    assert set(ceiling.get_ydata()) == {0.75}
    assert [line.get_linestyle() for line in lines] == ["-", ":", ":"]
    expected = [
        histories["forward"]["val_accuracy"],
        histories["forward"]["accuracy"],
        histories["both"]["accuracy"],
    ]
    assert [list(line.get_ydata()) for line in lines] == expected
    assert list(lines[0].get_xdata()) == [1, 2, 3]
    assert ceiling.get_color() == lines[0].get_color() != lines[2].get_color()
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["forward", "both", "ceiling", "validation", "training"]


def test_another_metric():
    axes = learning_curves({"ner": {"val_f1": [0.1, 0.2]}}, metric="f1").axes[0]
    assert axes.get_ylabel() == "f1 (%)"


def test_per_position_figure():
    curves = accuracies(6)
    curves["forward"][-1] = np.nan
    ceilings = {"backward": np.full(6, 0.9)}
    (axes,) = per_position_figure(curves, ceilings).axes
    assert axes.get_xlabel() == "position t"
    assert axes.get_ylabel() == "accuracy (% of the tokens there)"
    forward, ceiling, backward, both = axes.lines
    shown = {"forward": forward, "backward": backward, "both": both}
    for name, line in shown.items():
        np.testing.assert_array_equal(line.get_ydata(), curves[name])
    np.testing.assert_array_equal(ceiling.get_ydata(), ceilings["backward"])
    assert ceiling.get_color() == backward.get_color()
    assert ceiling.get_linestyle() == "--"
    assert len({to_hex(line.get_color()) for line in shown.values()}) == 3


def test_models_beyond_the_colours_differ_by_marker():
    axes = per_position_figure({str(i): [0.5, 0.6] for i in range(20)}).axes[0]
    assert len({(line.get_color(), line.get_marker()) for line in axes.lines}) == 20


H = np.zeros((4, 2))
BAD = {
    "no norms": (state_evolution, ({},), "`norms`"),
    "norms differ": (state_evolution, ({"forward": [1], "backward": [1, 2]},), r"\(2,\)"),
    "norms of a batch": (state_evolution, ({"forward": H},), "one shape"),
    "norms empty": (state_evolution, ({"forward": []},), "n above 0"),
    "unknown norm": (state_evolution, ({"sideways": [1]},), "got .'sideways'"),
    "labels": (state_evolution, ({"forward": [1, 2]}, None, ["O"]), "`labels` .* 2, got 1"),
    "no flow": (information_flow_figure, ({},), "`flows`"),
    "flow not square": (information_flow_figure, ({"both": H},), r"\(n, n\)"),
    "flow below 0": (information_flow_figure, ({"both": [[-1.0]]},), "not below 0"),
    "flow NaN": (information_flow_figure, ({"both": [[np.nan]]},), "finite"),
    "batch of states": (activation_heatmap, ({"forward": H[None]},), "of one sequence"),
    "no states": (activation_heatmap, ({},), "dict of one or both"),
    "one direction": (concatenated_layout, ({"forward": H},), "dict of both"),
    "widths": (concatenated_layout, ({"forward": H, "backward": H[:, :1]},), "one shape"),
    "correlation": (direction_correlation_figure, (H, [1.0]), "`correlation`"),
    "cosine": (direction_correlation_figure, ([[1.0]], H), "`cosine`"),
    "no history": (learning_curves, ({},), "`histories`"),
    "no metric": (learning_curves, ({"a": {"loss": [1]}},), "'val_accuracy' or 'accuracy'"),
    "empty history": (learning_curves, ({"a": {"accuracy": []}},), "values of"),
    "ceiling": (learning_curves, ({"a": {"accuracy": [1]}}, {"b": 1}), "'b'"),
    "no curves": (per_position_figure, ({},), "`curves`"),
    "curves differ": (per_position_figure, ({"a": [1], "b": [1, 2]},), "one shape"),
    "whose ceiling": (per_position_figure, ({"a": [1]}, {"b": [1]}), "'b'"),
    "long ceiling": (per_position_figure, ({"a": [1]}, {"a": [1, 1]}), r"`ceilings` .* \(1,\)"),
}


@pytest.mark.parametrize("draw, arguments, message", BAD.values(), ids=BAD)
def test_bad_input(draw, arguments, message):
    with pytest.raises(ValueError, match=message):
        draw(*arguments)


def test_a_diverged_model_can_still_be_drawn():
    nothing = {direction: np.full((4, 2), np.nan) for direction in ("forward", "backward")}
    for draw in (activation_heatmap, concatenated_layout):
        assert figure_to_array(draw(nothing)).any()


def test_a_png_holds_the_pixels_of_the_figure(tmp_path):
    save_png(FIGURES["state_evolution"](9, None), tmp_path / "one.png")
    read = np.round(imread(tmp_path / "one.png")[..., :3] * 255).astype("uint8")
    np.testing.assert_array_equal(read, figure_to_array(FIGURES["state_evolution"](9, None)))


def test_the_same_picture_is_the_same_file(tmp_path):
    for name in ("one.png", "two.png"):
        save_png(FIGURES["state_evolution"](9, "abcdefghi"), str(tmp_path / name))
    one, two = ((tmp_path / name).read_bytes() for name in ("one.png", "two.png"))
    assert one == two
    assert b"Software" not in one  # a new matplotlib alone changes no picture


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        save_png(FIGURES["state_evolution"](9, None), tmp_path / "missing" / "one.png")
