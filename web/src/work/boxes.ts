// Boxes on an image, as the API takes them: fractions 0…1 of its width and height. Every change goes through a grid of
// 100,000 steps, so that x + w and y + h never pass 1 by a rounding error.
import type { Json } from '../api/types';

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
  label: string;
  note?: string;
}

export type Corner = 'nw' | 'ne' | 'sw' | 'se';
export const kCorners: Corner[] = ['nw', 'ne', 'sw', 'se'];
const kGrid = 100_000;
/** No box is thinner than this: it could not be seen, nor be taken hold of. */
export const kLeast = 0.002;

const clamp = (n: number, low: number, high: number): number => Math.min(Math.max(n, low), high);

/** One axis: two places on the grid, in order, apart, within the image. */
function axis(a: number, b: number): [number, number] {
  const low = Math.round(clamp(Math.min(a, b), 0, 1 - kLeast) * kGrid);
  const high = clamp(Math.round(Math.max(a, b) * kGrid), low + kLeast * kGrid, kGrid);
  return [low / kGrid, (high - low) / kGrid];
}

/** The box between two points, in whatever order. */
export function between(x1: number, y1: number, x2: number, y2: number): Omit<Box, 'label' | 'note'> {
  const [x, w] = axis(x1, x2);
  const [y, h] = axis(y1, y2);
  return { x, y, w, h };
}

export function moved(box: Box, dx: number, dy: number): Box {
  const x = clamp(box.x + dx, 0, 1 - box.w);
  const y = clamp(box.y + dy, 0, 1 - box.h);
  return { ...box, ...between(x, y, x + box.w, y + box.h) };
}

/** The lower end moves; the upper one stays. */
export function resized(box: Box, dx: number, dy: number): Box {
  const [w, h] = [clamp(box.w + dx, kLeast, 1 - box.x), clamp(box.h + dy, kLeast, 1 - box.y)];
  return { ...box, ...between(box.x, box.y, box.x + w, box.y + h) };
}

/** The corner is drawn to a point; the one across stays. */
export function stretched(box: Box, corner: Corner, x: number, y: number): Box {
  const acrossX = corner.endsWith('w') ? box.x + box.w : box.x;
  const acrossY = corner.startsWith('n') ? box.y + box.h : box.y;
  return { ...box, ...between(acrossX, acrossY, x, y) };
}

export function readBoxes(value: Json | undefined): Box[] {
  return (Array.isArray(value) ? value : []).flatMap((b): Box[] => {
    if (b === null || typeof b !== 'object' || Array.isArray(b)) return [];
    const { x, y, w, h, label, note } = b;
    if (![x, y, w, h].every((n) => typeof n === 'number') || typeof label !== 'string') return [];
    const sides = { x: x as number, y: y as number, w: w as number, h: h as number };
    return [{ ...sides, label, ...(typeof note === 'string' ? { note } : {}) }];
  });
}
