// How this person likes to read, remembered in this browser. Choices only: nothing of any task is ever kept here.

export type Width = 'narrow' | 'medium' | 'full';

export interface Prefs {
  width: Width;
  /** Steps from the usual size of text. */
  size: number;
  sync: boolean;
  diff: boolean;
  fold: boolean;
}

export const kWidths: Width[] = ['narrow', 'medium', 'full'];
export const kSizes = [0.875, 1, 1.125, 1.25, 1.5, 1.75];
const kUsualSize = 1;
export const kUsual: Prefs = { width: 'full', size: kUsualSize, sync: false, diff: false, fold: true };
const kKey = 'guildhall-reading';

/** Whatever was stored, by whichever version: what does not fit is as usual. */
export function readPrefs(stored: string | null): Prefs {
  let given: Record<string, unknown> = {};
  try {
    const value: unknown = JSON.parse(stored ?? '{}');
    if (value !== null && typeof value === 'object') given = value as Record<string, unknown>;
  } catch {
    return kUsual;
  }
  const flag = (name: 'sync' | 'diff' | 'fold'): boolean => (typeof given[name] === 'boolean' ? given[name] : kUsual[name]);
  return {
    width: kWidths.find((w) => w === given.width) ?? kUsual.width,
    size: typeof given.size === 'number' && kSizes[given.size] !== undefined ? given.size : kUsual.size,
    sync: flag('sync'), diff: flag('diff'), fold: flag('fold'),
  };
}

let current: Prefs | null = null;
const listeners = new Set<(prefs: Prefs) => void>();

export function prefs(): Prefs {
  if (current) return current;
  try {
    current = readPrefs(localStorage.getItem(kKey));
  } catch {
    current = kUsual;
  }
  return current;
}

export function setPrefs(change: Partial<Prefs>): void {
  current = { ...prefs(), ...change };
  try {
    localStorage.setItem(kKey, JSON.stringify(current));
  } catch {
    // Storage is off: the choice holds until the page is left.
  }
  for (const tell of listeners) tell(current);
}

export function onPrefs(tell: (prefs: Prefs) => void): () => void {
  listeners.add(tell);
  return () => void listeners.delete(tell);
}
