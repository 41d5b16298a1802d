// Segments of a recording, as the API takes them: whole milliseconds, the end behind the start.
import type { Json } from '../api/types';

export interface Segment {
  start_ms: number;
  end_ms: number;
  label: string;
  note?: string;
}

/** Shorter than this nothing can be heard, nor be taken hold of. */
export const kLeastMs = 10;

const clamp = (n: number, low: number, high: number): number => Math.min(Math.max(n, low), Math.max(low, high));

/** The time between two places, in whatever order, within the recording (a length of 0 is not known yet). */
export function stretch(a: number, b: number, lengthMs: number): { start_ms: number; end_ms: number } {
  const most = lengthMs > 0 ? Math.floor(lengthMs) : Number.MAX_SAFE_INTEGER;
  const start = Math.round(clamp(Math.min(a, b), 0, most - kLeastMs));
  return { start_ms: start, end_ms: Math.round(clamp(Math.max(a, b), start + kLeastMs, most)) };
}

export function nudged(segment: Segment, byMs: number, what: 'all' | 'start' | 'end', lengthMs: number): Segment {
  const length = segment.end_ms - segment.start_ms;
  if (what === 'all') {
    const start = clamp(segment.start_ms + byMs, 0, lengthMs > 0 ? Math.floor(lengthMs) - length : Number.MAX_SAFE_INTEGER);
    return { ...segment, start_ms: start, end_ms: start + length };
  }
  if (what === 'end') {
    return { ...segment, ...stretch(segment.start_ms, Math.max(segment.start_ms + kLeastMs, segment.end_ms + byMs), lengthMs) };
  }
  return { ...segment, ...stretch(Math.min(segment.end_ms - kLeastMs, segment.start_ms + byMs), segment.end_ms, lengthMs) };
}

export const overlaps = (a: Segment, b: Segment): boolean => a.start_ms < b.end_ms && b.start_ms < a.end_ms;

/** A lane for each segment, so that none covers another; and how many lanes there are. */
export function lanesOf(segments: Segment[]): { lanes: number[]; count: number } {
  const ends: number[] = [];
  const lanes = segments.map(() => 0);
  const order = segments.map((_, i) => i).sort((a, b) => (segments[a]?.start_ms ?? 0) - (segments[b]?.start_ms ?? 0));
  for (const i of order) {
    const segment = segments[i];
    if (!segment) continue;
    const free = ends.findIndex((end) => end <= segment.start_ms);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = segment.end_ms;
    lanes[i] = lane;
  }
  return { lanes, count: Math.max(1, ends.length) };
}

/** 1:02.35; with hours where there are any. */
export function timeText(ms: number): string {
  const hundredths = Math.round(ms / 10);
  const [s, m, h] = [(hundredths % 6000) / 100, Math.floor(hundredths / 6000) % 60, Math.floor(hundredths / 360_000)];
  const seconds = s.toFixed(2).padStart(5, '0');
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${seconds}` : `${m}:${seconds}`;
}

export function readSegments(value: Json | undefined): Segment[] {
  return (Array.isArray(value) ? value : []).flatMap((s): Segment[] => {
    if (s === null || typeof s !== 'object' || Array.isArray(s)) return [];
    const { start_ms, end_ms, label, note } = s;
    if (typeof start_ms !== 'number' || typeof end_ms !== 'number' || typeof label !== 'string') return [];
    return [{ start_ms, end_ms, label, ...(typeof note === 'string' ? { note } : {}) }];
  });
}

/** The loudest sample of each of `count` stretches, 0…1: the picture of a recording. */
export function peaksOf(samples: Float32Array, count: number): number[] {
  const per = Math.max(1, Math.floor(samples.length / count));
  const step = Math.max(1, Math.floor(per / 200));
  return Array.from({ length: count }, (_, i) => {
    let most = 0;
    for (let at = i * per; at < Math.min(samples.length, (i + 1) * per); at += step) most = Math.max(most, Math.abs(samples[at] ?? 0));
    return Math.min(1, most);
  });
}
