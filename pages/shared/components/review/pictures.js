/** Pictures that are decoded before their card comes. */

/** Decoded pictures that are kept: the next few cards with their neighbours. */
const KEPT = 80;

export class Pictures {
  constructor() {
    this.images = new Map();
  }

  /** Load and decode what these cards show. */
  prepare(cards) {
    for (const card of cards) {
      for (const { picture } of [card, ...card.neighbours]) if (picture) this.#load(picture);
    }
    for (const address of this.images.keys()) {
      if (this.images.size <= KEPT) break;
      this.images.delete(address);
    }
  }

  #load(address) {
    if (this.images.has(address)) return;
    const image = new Image();
    this.images.set(address, image);
    image.src = address;
    // A picture that cannot be shown says so on its card; here it is only not ready.
    image.decode().catch(() => {});
  }
}

/** Put a picture into an image element; words stand in for one that cannot be shown. */
export function showPicture(image, { picture, crisp }, words) {
  image.classList.toggle("crisp", Boolean(crisp));
  image.alt = words;
  if (image.getAttribute("src") !== picture) image.src = picture;
}
