// Blind order: the server says in which order to show the responses; only this page maps between a place on the screen
// and the canonical letter that answers carry.

export const letter = (index: number): string => String.fromCharCode(97 + index);

export function indexOfLetter(value: unknown): number {
  return typeof value === 'string' && /^[a-z]$/.test(value) ? value.charCodeAt(0) - 97 : -1;
}

/** A usable order of `count` items: what the server gave where it is a permutation, else as they come. */
export function orderOf(given: number[] | undefined, count: number): number[] {
  const plain = Array.from({ length: count }, (_, i) => i);
  if (!given || given.length !== count) return plain;
  return [...given].sort((a, b) => a - b).every((v, i) => v === i) ? given : plain;
}

/** The canonical letter of what stands at a place of the screen (0 = first). */
export function letterAt(order: number[], place: number): string {
  return letter(order[place] ?? place);
}

/** The place of the screen where a canonical letter stands, or -1. */
export function placeOf(order: number[], value: unknown): number {
  const index = indexOfLetter(value);
  return index < 0 ? -1 : order.indexOf(index);
}
