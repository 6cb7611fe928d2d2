/** Colours of the map, told apart also by those who see fewer of them; on light and on dark. */

/** Codes of a row that the server sends: of the groups that share a colour, and of those without. */
export const OTHERS = 254;
export const NONE = 255;

/**
 * Chosen by search, beginning with the colours of Okabe and Ito (Color Universal Design, 2008): as far apart
 * as can be for normal sight and for the three kinds of colour blindness, none too near to its paper.
 */
const LIGHT = ["#2944cf", "#cec204", "#2386a2", "#e153e0", "#39d0ff", "#bb1800", "#0a3c5e", "#a68100", "#6d0025", "#0dba7e"];
const DARK = ["#1368e9", "#ffe331", "#17ab7f", "#ff7cbc", "#34c8ff", "#ea4019", "#9e84ff", "#c4aa27", "#b04690", "#85fcd1"];
/** From little to much: paler to darker on light, darker to brighter on dark. */
const RAMPS = {
  light: ["#d9dd8b", "#7fc8a0", "#2f9fb5", "#2660a8", "#0d1f5c"],
  dark: ["#3a4f9e", "#2f7fa8", "#2fae96", "#8fd45f", "#fdf03c"],
};
const GREYS = { light: ["#8b8f8e", "#b9bdbb"], dark: ["#9aa09e", "#5d6361"] };
const MOST_STRESS = 6;

const bytes = (hex) => [1, 3, 5].map((place) => Number.parseInt(hex.slice(place, place + 2), 16));
const hexOf = (rgb) => `#${rgb.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;

/** The colours of so many groups, as #rrggbb. */
export function groupColours(count, dark) {
  const first = dark ? DARK : LIGHT;
  return Array.from({ length: count }, (_, place) => first[place] ?? further(place, dark));
}

/** Beyond the first ones: hues a golden angle apart, in three lightnesses. */
function further(place, dark) {
  const lightness = (dark ? [0.68, 0.84, 0.56] : [0.5, 0.68, 0.36])[place % 3];
  return oklch(lightness, 0.13, (place * 137.508 * Math.PI) / 180);
}

/** Ottosson, A perceptual color space for image processing, 2020. */
function oklch(lightness, chroma, hue) {
  const [a, b] = [chroma * Math.cos(hue), chroma * Math.sin(hue)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return hexOf(linear.map((value) => 255 * gamma(Math.min(1, Math.max(0, value)))));
}

const gamma = (value) => (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);

/** The colour at a share of the way from little to much. */
export function rampColour(share, dark) {
  const stops = (dark ? RAMPS.dark : RAMPS.light).map(bytes);
  const at = Math.min(stops.length - 2, Math.floor(share * (stops.length - 1)));
  const rest = share * (stops.length - 1) - at;
  return hexOf(stops[at].map((value, place) => value + rest * (stops[at + 1][place] - value)));
}

export const noneColour = (dark) => (dark ? GREYS.dark : GREYS.light)[1];
export const othersColour = (dark) => (dark ? GREYS.dark : GREYS.light)[0];

/**
 * Colour and stress of every code: Uint8Array of 256 × (red, green, blue, stress). Points of a rare
 * group are drawn stronger, up to six times, so that none drowns among many; a stress of 16 is 1.
 */
export function paletteOf(legend, dark) {
  const table = new Uint8Array(256 * 4);
  const put = (code, colour, stress = 1) => table.set([...bytes(colour), Math.round(16 * stress)], 4 * code);
  for (let code = 0; code < 256; code += 1) put(code, noneColour(dark));
  if (legend.kind === "numbers") {
    for (let code = 0; code < NONE; code += 1) put(code, rampColour(code / (NONE - 1), dark));
  } else {
    const colours = groupColours(legend.names.length, dark);
    const even = legend.counts.reduce((sum, count) => sum + count, 0) / Math.max(1, legend.names.length);
    legend.counts.forEach((count, code) => {
      const stress = Math.min(MOST_STRESS, Math.max(1, Math.sqrt(even / Math.max(1, count))));
      put(code, colours[code], stress);
    });
    put(OTHERS, othersColour(dark));
  }
  return table;
}
