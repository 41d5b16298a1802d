// Passages of a text. Places are counted in code points by the API and in UTF-16 units by the browser; only this file converts.
import type { Json } from '../api/types';

export interface Span {
  start: number;
  end: number;
  label: string;
  note?: string;
}

export function toPoints(text: string, unit: number): number {
  let points = 0;
  for (let i = 0; i < unit && i < text.length; points++) i += (text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1;
  return points;
}

/** Both ways for one text; texts without characters beyond 16 bits need no table. */
export class TextPlaces {
  private readonly units: number[] | null;
  readonly points: number;

  constructor(readonly text: string) {
    const plain = !/[\ud800-\udbff]/.test(text);
    this.units = plain ? null : [];
    for (let i = 0; this.units && i < text.length;) {
      this.units.push(i);
      i += (text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1;
    }
    this.points = this.units ? this.units.length : text.length;
  }

  toUnit(point: number): number {
    const at = Math.min(Math.max(0, point), this.points);
    return this.units ? (this.units[at] ?? this.text.length) : at;
  }

  toPoint(unit: number): number {
    if (!this.units) return Math.min(Math.max(0, unit), this.points);
    let [low, high] = [0, this.points];
    while (low < high) {
      const mid = (low + high) >> 1;
      if ((this.units[mid] ?? 0) < unit) low = mid + 1;
      else high = mid;
    }
    return low;
  }

  slice(start: number, end: number): string {
    return this.text.slice(this.toUnit(start), this.toUnit(end));
  }
}

export interface Piece {
  text: string;
  start: number;
  labels: string[];
  /** Places in the list of spans that cover this piece, and those that end with it. */
  spans: number[];
  ends: number[];
}

/** The text cut at every start and end, with what covers each piece. */
export function pieces(text: string | TextPlaces, spans: Span[]): Piece[] {
  const places = typeof text === 'string' ? new TextPlaces(text) : text;
  const cuts = new Set([0, places.points]);
  const within = (place: number): number => Math.min(Math.max(0, place), places.points);
  for (const { start, end } of spans) cuts.add(within(start)).add(within(end));
  const sorted = [...cuts].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((start, i) => {
    const end = sorted[i + 1] ?? places.points;
    const covering = spans.flatMap((s, n) => (s.start <= start && s.end >= end ? [n] : []));
    return {
      text: places.slice(start, end), start, spans: covering, ends: covering.filter((n) => spans[n]?.end === end),
      labels: covering.map((n) => spans[n]?.label ?? ''),
    };
  });
}

export function readSpans(value: Json | undefined): Span[] {
  return (Array.isArray(value) ? value : []).flatMap((s): Span[] => {
    if (s === null || typeof s !== 'object' || Array.isArray(s)) return [];
    const { start, end, label, note } = s;
    if (typeof start !== 'number' || typeof end !== 'number' || typeof label !== 'string') return [];
    return [{ start, end, label, ...(typeof note === 'string' ? { note } : {}) }];
  });
}

export const meets = (a: { start: number; end: number }, b: { start: number; end: number }): boolean =>
  a.start < b.end && b.start < a.end;

export const inOrder = (spans: Span[]): Span[] => [...spans].sort((a, b) => a.start - b.start || a.end - b.end);
