// Places in a text are counted in code points by the API and in UTF-16 units by the browser; only this file converts.

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

/** The text cut at every start and end, with the labels that cover each piece. */
export function pieces(text: string, spans: Span[]): { text: string; labels: string[]; start: number }[] {
  const points = [...text];
  const cuts = new Set([0, points.length]);
  for (const { start, end } of spans) {
    cuts.add(Math.min(Math.max(0, start), points.length));
    cuts.add(Math.min(Math.max(0, end), points.length));
  }
  const sorted = [...cuts].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((start, i) => {
    const end = sorted[i + 1] ?? points.length;
    const labels = spans.filter((s) => s.start <= start && s.end >= end).map((s) => s.label);
    return { text: points.slice(start, end).join(''), labels, start };
  });
}
