/** Pictures that are loaded and decoded before their card comes. */

/** Pictures that are kept: the next few cards with their neighbours. */
const KEPT = 80;
/** Loads at a time. A browser opens six connections to a server; decisions must find one free. */
const AT_ONCE = 3;

export class Pictures {
  constructor() {
    this.images = new Map();
    this.wanted = [];
    this.loading = 0;
  }

  /** Load and decode what these cards show, the first card's pictures first. */
  prepare(cards) {
    const shown = cards.flatMap((card) => [card, ...card.neighbours]);
    const addresses = shown.map((example) => example.picture).filter(Boolean);
    this.wanted = [...new Set(addresses)].filter((address) => !this.images.has(address));
    for (const address of this.images.keys()) {
      if (this.images.size <= KEPT) break;
      this.images.delete(address);
    }
    this.#load();
  }

  #load() {
    while (this.loading < AT_ONCE && this.wanted.length > 0) {
      const address = this.wanted.shift();
      const image = new Image();
      this.images.set(address, image);
      this.loading += 1;
      image.src = address;
      const over = () => {
        this.loading -= 1;
        this.#load();
      };
      // A picture that cannot be shown says so on its card; here it is only not ready.
      image.decode().then(over, over);
    }
  }
}

/** Put a picture into an image element; words stand in for one that cannot be shown. */
export function showPicture(image, { picture, crisp }, words) {
  image.classList.toggle("crisp", Boolean(crisp));
  image.alt = words;
  if (image.getAttribute("src") === picture) return;
  image.src = picture;
  // A browser shows the old picture until the new one is there: beside the labels of another card.
  image.classList.toggle("coming", !image.complete);
  if (!image.complete) image.addEventListener("load", arrived, { once: true });
}

/** The picture that was asked for last is there. */
function arrived({ currentTarget: image }) {
  image.classList.toggle("coming", !image.complete);
}
