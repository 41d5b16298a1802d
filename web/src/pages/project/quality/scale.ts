// Where figures stand on a scale, for plots that are drawn by style alone.

/** A part of a scale in percent, cut off at its ends: where it begins and how long it is. */
export function stretch(from: number, to: number, low: number, high: number): { at: number; length: number } {
  const place = (value: number): number => Math.max(0, Math.min(1, (value - low) / (high - low || 1)));
  const [a, b] = [place(Math.min(from, to)), place(Math.max(from, to))];
  return { at: a * 100, length: (b - a) * 100 };
}

/** The lower end of a scale up to 1 that shows all of these well: a multiple of a tenth at or below the least. */
export function lowEnd(least: number): number {
  return Math.min(0.9, Math.max(-1, Math.floor(least * 10 + 1e-9) / 10));
}

/** How dark a cell of a matrix is: its share of its row, 0 to 1. A row that is as good as empty is not shaded. */
export function shareOfRow(row: number[], at: number): number {
  const all = row.reduce((sum, n) => sum + n, 0);
  return all >= 0.05 ? (row[at] ?? 0) / all : 0;
}

/** A place on a plot in percent, from the start and from below. */
export interface Point {
  x: number;
  y: number;
}

/** A line through these places on a drawing of 100 by 100, whose own y goes down. */
export function path(points: Point[]): string {
  return points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(2)} ${(100 - y).toFixed(2)}`).join('');
}
