"""The map's own maths and painters, module by module, against numpy."""

import numpy as np
import pytest

from tests.browser.exploring import CHROMIUM_GL
from tests.browser.serving import ROOT

pytestmark = pytest.mark.browser
FILES = ROOT / "pages/shared/components"
ORIGIN = "http://127.0.0.1:9"
BOX = {"low": [-3, 10], "high": [5, 12]}
TURNED = {"x": 1.25, "y": 11.5, "scale": 3.5, "angle": 0.7}


def _answer(route) -> None:
    path = route.request.url.removeprefix(ORIGIN)
    if path == "/":
        return route.fulfill(body="<!doctype html><body></body>", content_type="text/html")
    file = FILES / path.lstrip("/")
    kind = "text/javascript" if file.suffix == ".js" else "text/html"
    return (
        route.fulfill(body=file.read_text(encoding="utf-8"), content_type=kind)
        if file.exists()
        else route.abort()
    )


@pytest.fixture(scope="module")
def tab(browser, chromium):
    """An empty page that can import the modules; WebGL2 is painted by the processor."""
    started = browser.browser_type.launch(executable_path=chromium, args=CHROMIUM_GL)
    page = started.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.route("**/*", _answer)
    page.goto(f"{ORIGIN}/")
    yield page
    started.close()
    assert wrong == []


def run(tab, module: str, body: str, **given):
    """What a function body returns that has the module as `m` and the rest by name."""
    names = ", ".join(given)
    script = f"""async (given) => {{
      const m = await import("/explore/{module}.js");
      const {{ {names} }} = given;
      {body}
    }}"""
    return tab.evaluate(script, {name: _plain(one) for name, one in given.items()})


def _plain(value):
    return value.tolist() if isinstance(value, np.ndarray) else value


def camera_of(view=None, width=600, height=400) -> np.ndarray:
    """(3, 3) from [x, y, 1] of the layout to [right, down, 1] of the screen, as camera.js says."""
    low, high = np.array(BOX["low"]), np.array(BOX["high"])
    view = view or {"x": 1.0, "y": 11.0, "scale": 1.0, "angle": 0.0}
    k = 0.92 * min(np.array([width, height]) / (high - low)) * view["scale"]
    cos, sin = np.cos(view["angle"]), np.sin(view["angle"])
    to_middle = np.array([[1, 0, -view["x"]], [0, 1, -view["y"]], [0, 0, 1]])
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    to_screen = np.array([[k, 0, width / 2], [0, -k, height / 2], [0, 0, 1]])
    return to_screen @ turn @ to_middle


@pytest.mark.parametrize("view", [None, TURNED, {"x": 0}, {**TURNED, "scale": -1}])
def test_a_camera_is_a_shift_a_turn_and_a_scale(tab, view):
    """All of it where the view is none, or is none that can be read; and back again."""
    points = np.random.default_rng(0).uniform(-4, 13, size=(20, 2))
    body = """
      const camera = m.cameraOf(view, box, 600, 400);
      const seen = points.map(([x, y]) => m.toScreen(camera, x, y));
      return [seen, seen.map(([right, down]) => m.toData(camera, right, down))];"""
    seen, back = run(tab, "camera", body, view=view, box=BOX, points=points)

    whole = camera_of(view if view == TURNED else None)
    assert np.allclose(seen, (np.c_[points, np.ones(20)] @ whole.T)[:, :2])
    assert np.allclose(back, points)


@pytest.mark.parametrize(
    ("change", "scale", "angle"),
    [("zoomed(c, 2.5, 90, 310)", 8.75, 0.7), ("turned(c, 0.4, 90, 310)", 3.5, 1.1)],
)
def test_what_is_below_the_pointer_stays_there(tab, change, scale, angle):
    """Zoomed and turned around a place that is not the middle."""
    body = f"""
      const c = m.cameraOf(view, box, 600, 400);
      const after = m.{change};
      return [m.toData(c, 90, 310), m.toData(m.cameraOf(after, box, 600, 400), 90, 310), after];"""
    before, after, view = run(tab, "camera", body, view=TURNED, box=BOX)

    assert np.allclose(before, after)
    assert [view["scale"], view["angle"]] == pytest.approx([scale, angle])


def test_a_short_view_is_the_same_picture(tab):
    """Within half a pixel; shortened twice it does not change again, whatever the field's size."""
    view = {"x": 1.23456789012, "y": 11.987654321, "scale": 812.3456789, "angle": 1.23456789}
    body = """
      const once = m.short(m.cameraOf(view, box, 600, 400));
      return [once, m.short(m.cameraOf(once, box, 390, 700))];"""
    once, twice = run(tab, "camera", body, view=view, box=BOX)

    assert once == twice
    corner = np.array([1.234, 11.9876, 1.0])
    assert np.allclose(camera_of(once) @ corner, camera_of(view) @ corner, atol=0.5)


def test_a_stroke_keeps_its_shape_with_few_corners(tab):
    """A spiral of two thousand points: at most a hundred corners, no point of it far from them."""
    turn = np.linspace(0, 12, 2000)
    stroke = 250 + np.stack([np.cos(turn), np.sin(turn)], axis=1) * (20 * turn)[:, None]
    kept = np.array(run(tab, "polygons", "return m.simplified(stroke);", stroke=stroke))

    assert 20 < len(kept) <= 100
    assert kept[0].tolist() == stroke[0].tolist()
    assert kept[-1].tolist() == stroke[-1].tolist()
    starts, ends = kept[:-1], kept[1:]
    along = ends - starts
    share = ((stroke[:, None] - starts) * along).sum(2) / (along**2).sum(1)
    foot = starts + share.clip(0, 1)[..., None] * along
    assert np.hypot(*(stroke[:, None] - foot).transpose(2, 0, 1)).min(axis=1).max() < 4


def test_corners_are_float32(tab):
    """What the address holds is what was drawn."""
    body = (
        "return m.polygonOf({ x: 0, y: 0, k: 3, cos: 1, sin: 0, width: 10, height: 10 }, [[1, 2]]);"
    )
    [corner] = run(tab, "polygons", body)

    assert np.float32(corner).astype(float).tolist() == corner
    assert np.allclose(corner, [-4 / 3, 1])


@pytest.mark.parametrize("n", [1, 2, 31, 32, 33, 1000])
def test_layers_hold_every_row_once(tab, n):
    """First what is filtered out, then what passes, then what is selected; none is left out."""
    rng = np.random.default_rng(n)
    passes = rng.random(n) < 0.6
    selected = passes & (rng.random(n) < 0.5)
    length = -(-n // 8)
    bits = np.zeros(-(-length // 4) * 4 + length, dtype=np.uint8)
    bits[:length] = np.packbits(passes, bitorder="little")
    bits[-length:] = np.packbits(selected, bitorder="little")
    found = run(
        tab,
        "layers",
        """const l = m.layersOf(n, { selected: 1 }, new Uint8Array(bits).buffer);
           return [[...l.kind], [...l.order], l.counts];""",
        n=n,
        bits=bits,
    )
    kind, order, counts = (np.array(one) for one in found)

    assert kind.tolist() == (passes.astype(int) + selected).tolist()
    assert counts.tolist() == np.bincount(kind, minlength=3).tolist()
    assert sorted(order.tolist()) == list(range(n))
    assert (np.diff(kind[order]) >= 0).all()


def test_the_first_points_of_a_layer_stand_for_all_of_it(tab):
    """Of ten classes side by side in the table, a twentieth of the order has a tenth each."""
    order = np.array(run(tab, "layers", "return [...m.layersOf(10_000).order];"))

    assert np.bincount(order[:500] // 1000, minlength=10).tolist() == pytest.approx(
        [50] * 10, abs=4
    )
    assert np.bincount(order[:500] % 10, minlength=10).tolist() == pytest.approx([50] * 10, abs=4)


@pytest.mark.parametrize("spread", ["cloud", "line", "spot"])
def test_the_nearest_point_is_the_nearest(tab, spread):
    """Against all distances, for places in and around the points, and only those allowed."""
    rng = np.random.default_rng(1)
    points = rng.normal(size=(700, 2)).astype(np.float32)
    if spread == "line":
        points[:, 1] = 2
    if spread == "spot":
        points[:] = 1
    asked = rng.uniform(-3, 3, size=(60, 2))
    body = """
      const flat = new Float32Array(points.flat());
      const near = new m.Near(flat, { low, high });
      const ours = asked.map(([x, y]) => near.nearest(x, y, 0.4, (row) => row % 3 > 0));
      const boxed = near.inBox([-0.5, -0.5, 1, 2], 700).sort((a, b) => a - b);
      return [ours, boxed, near.inBox([-9, -9, 9, 9], 9)];"""
    low, high = points.min(axis=0), points.max(axis=0)
    ours, boxed, many = run(tab, "near", body, points=points, asked=asked, low=low, high=high)

    away = np.hypot(*(asked[:, None] - points).transpose(2, 0, 1))
    away[:, np.arange(700) % 3 == 0] = np.inf
    for found, row in zip(ours, away, strict=True):
        assert (found == -1) == (row.min() > 0.4)
        assert found == -1 or row[found] == row.min()
    within = (points >= [-0.5, -0.5]).all(axis=1) & (points <= [1, 2]).all(axis=1)
    assert boxed == np.flatnonzero(within).tolist()
    assert many is None


@pytest.mark.parametrize("dark", [False, True])
def test_colours_are_told_apart_by_those_who_see_fewer(tab, dark):
    """The first ten, as seen with three kinds of colour blindness; all forty without."""
    colours = run(tab, "palette", "return m.groupColours(40, dark);", dark=dark)
    rgb = np.array([[int(one[at : at + 2], 16) for at in (1, 3, 5)] for one in colours]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)

    assert len(set(colours)) == 40
    for matrix in BLINDNESS.values():
        lab = _oklab((linear @ np.array(matrix).T).clip(0, 1))[:10]
        away = np.linalg.norm(lab[:, None] - lab, axis=2)[np.triu_indices(10, 1)]
        assert away.min() > 0.08, matrix


BLINDNESS = {
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritanopia": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
"""Machado, Oliveira and Fernandes, A physiologically-based model for simulation of color vision
deficiency, 2009, at full severity, on linear red, green and blue."""


@pytest.mark.parametrize("dark", [False, True])
def test_a_scale_goes_one_way_in_lightness(tab, dark):
    """So that it can be read without its hues: darker on light, lighter on dark."""
    body = "return Array.from({ length: 21 }, (_, place) => m.rampColour(place / 20, dark));"
    colours = run(tab, "palette", body, dark=dark)
    rgb = np.array([[int(one[at : at + 2], 16) for at in (1, 3, 5)] for one in colours]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)

    steps = np.diff(_oklab(linear)[:, 0])
    assert (steps > 0).all() if dark else (steps < 0).all()


def test_names_stand_where_most_points_of_their_group_are(tab):
    """Two heaps of one group: the name is on the larger, within a square of its middle."""
    rng = np.random.default_rng(2)
    heaps = [(0, [1, 11.2], 300), (0, [4, 10.5], 60), (1, [-2, 10.5], 100), (2, [40, 40], 50)]
    points = np.vstack([np.array(at) + 0.05 * rng.normal(size=(size, 2)) for _, at, size in heaps])
    codes = np.repeat([code for code, _, _ in heaps], [size for _, _, size in heaps])
    body = """
      const { cameraOf } = await import("/explore/camera.js");
      const kind = new Uint8Array(codes.length).fill(1);
      return m.densest(cameraOf(null, box, 600, 400), new Float32Array(points.flat()),
                       new Uint8Array(codes), kind, 3);"""
    found = run(tab, "names", body, box=BOX, points=points, codes=codes)

    assert [(spot["code"], spot["count"]) for spot in found] == [(0, 360), (1, 100)]
    square = 28 / (0.92 * 600 / 8)
    assert np.allclose([found[0]["x"], found[0]["y"]], [1, 11.2], atol=square)
    assert np.allclose([found[1]["x"], found[1]["y"]], [-2, 10.5], atol=square)


PAINT = """
  const { cameraOf } = await import("/explore/camera.js");
  const { layersOf } = await import("/explore/layers.js");
  const { paletteOf } = await import("/explore/palette.js");
  const D = await import("/explore/density.js");
  const n = codes.length;
  const canvas = document.createElement("canvas");
  const painter = new m[kind](canvas);
  const layers = layersOf(n);
  const legend = { kind: "groups", names: ["a", "b"], counts: [n / 2, n / 2] };
  const sent = {
    places: new Float32Array(points.flat()), codes: new Uint8Array(codes), amounts: null,
    layers, palette: paletteOf(legend, false),
  };
  for (const [name, value] of Object.entries(sent)) painter.set(name, value);
  const camera = cameraOf(view, box, 300, 200);
  const all = D.layersToDraw(layers, true);
  const tone = { single: 0.6, full: Math.log(8) };
  const how = { camera, ratio: 1, radius, tone, layers: all, share: 1, ink: [0, 0, 0] };
  const drawn = painter.paint(how);
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [300, 200];
  const pen = copy.getContext("2d");
  pen.drawImage(canvas, 0, 0);
  const seen = [...pen.getImageData(0, 0, 300, 200).data];
  painter.close();
  return [drawn, seen];"""


@pytest.mark.parametrize("radius", [0.6, 4.0])
def test_both_painters_show_every_point_at_its_place(tab, radius):
    """Where numpy says that a point is, there is colour; elsewhere none; and both look alike."""
    rng = np.random.default_rng(4)
    points = np.stack([rng.uniform(-3, 5, 80), rng.uniform(10, 12, 80)], axis=1)
    points = points.astype(np.float32)
    view = {**TURNED, "scale": 1.2}
    pictures = {}
    for kind, module in (("PainterGl", "painter_gl"), ("PainterCanvas", "painter_canvas")):
        given = {"points": points, "codes": np.arange(80) % 2, "view": view, "box": BOX}
        drawn, seen = run(tab, module, PAINT, kind=kind, radius=radius, **given)
        assert drawn == 80
        pictures[kind] = np.array(seen).reshape(200, 300, 4)

    spots = (np.c_[points, np.ones(80)] @ camera_of(view, 300, 200).T)[:, :2]
    right, down = np.meshgrid(np.arange(300) + 0.5, np.arange(200) + 0.5)
    away = np.hypot(right[..., None] - spots[:, 0], down[..., None] - spots[:, 1]).min(axis=2)
    for picture in pictures.values():
        assert (picture[away < min(radius, 0.5), 3] > 40).all()
        assert (picture[away > radius + 2, 3] == 0).all()
    opaque = [picture[..., 3].mean() for picture in pictures.values()]
    assert opaque[0] == pytest.approx(opaque[1], rel=0.15)


def _oklab(linear: np.ndarray) -> np.ndarray:
    """Ottosson, 2020: distances in it are about as large as they look."""
    to_cones = [[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]]
    to_lab = [[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]]
    return np.cbrt(linear @ np.array(to_cones).T) @ np.array(to_lab).T
