/** Finding one of many classes by typing a part of its name. */

/** The same for "É", "é" and "e": no case, no accents, no vowel points. */
export function simplified(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

/** Names ready to be searched. */
export function prepare(names) {
  return names.map((name) => ({ name, simple: simplified(name) }));
}

/** Those that begin with the words come first, then those that contain them; each in their order. */
export function matches(prepared, words) {
  const wanted = simplified(words.trim());
  const begin = [];
  const contain = [];
  for (const { name, simple } of prepared) {
    const place = simple.indexOf(wanted);
    if (place === 0) begin.push(name);
    else if (place > 0) contain.push(name);
  }
  return [...begin, ...contain];
}
