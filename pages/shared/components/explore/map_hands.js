/** What hands do to the map: by the buttons and menus above it, and on the map itself. */

import { zoomed } from "./camera.js";

/** For the controls above the map. */
export function wishesOf(map) {
  const { field, page } = map;
  const middle = () => [field.camera.width / 2, field.camera.height / 2];
  return {
    mode: (mode) => map.setMode(mode),
    zoom: (factor) => field.look(zoomed(field.camera, factor, ...middle())),
    all: () => field.look(null),
    clear: () => map.clear(),
    showsOut: (showsOut) => field.set({ showsOut }),
    look: (change) => page.state.show(change.layout ? { ...change, view: null } : change),
  };
}

/** For gestures on the map; before there are places they mean nothing. */
export function handsOf(map) {
  const { field, pointing, page } = map;
  const ready = (act) => (...given) => field.isReady && act(...given);
  return {
    mode: () => map.mode,
    set: (mode) => map.setMode(mode),
    camera: () => field.camera,
    look: ready((view) => field.look(view)),
    all: ready(() => field.look(null)),
    escape: () => map.clear(),
    stroke: ready((points, op) => {
      field.set({ stroke: points && { points, op, closed: true } });
      if (points) page.live.hold(() => map.held(points, op));
      else page.live.letGo();
    }),
    drawn: ready((points, op) => map.drawn(points, op)),
    click: ready((place, op) => pointing.click(place, op)),
    hover: ready((place) => pointing.hover(place)),
  };
}
