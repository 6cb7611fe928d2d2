/**
 * Which digit picks which class.
 *
 * A class that is called by a digit has that digit, always: whoever sees a 3 presses 3. Of the
 * others the likely ones come first, but a class that the person picked with a digit in this session
 * keeps that digit for as long as it is among the likely ones: hands remember better than lists.
 */

import { readJson, session } from "../shared/storage.js";

export const DIGITS = [..."1234567890"];

/** The place of a class button's command, "class1" to "class0"; -1 for another command. */
export const placeOfClass = (command) =>
  command.startsWith("class") ? DIGITS.indexOf(command.slice("class".length)) : -1;

/** Ten places, each a class or null: digits and remembered classes on theirs, the rest in order. */
export function assign(classes, remembered) {
  const likely = classes.slice(0, DIGITS.length);
  const slots = DIGITS.map((digit) => {
    const name = likely.includes(digit) ? digit : remembered.get(digit);
    const isFree = digit === name || !DIGITS.includes(name);
    return name !== undefined && isFree && likely.includes(name) ? name : null;
  });
  const rest = likely.filter((name) => !slots.includes(name));
  return slots.map((name) => name ?? rest.shift() ?? null);
}

/** The digits used in this session, by dataset; a reload keeps them. */
export class RecentDigits {
  constructor(fingerprint) {
    this.name = `digits/${fingerprint}`;
    this.remembered = new Map(readJson(session, this.name, []));
  }

  /** The person picked this class with the digit on this place. */
  used(place, name) {
    const digit = DIGITS[place];
    // One digit for a class: the one used last.
    for (const [other, held] of this.remembered) if (held === name) this.remembered.delete(other);
    this.remembered.set(digit, name);
    session.write(this.name, JSON.stringify([...this.remembered]));
  }

  slots(classes) {
    return assign(classes, this.remembered);
  }
}
