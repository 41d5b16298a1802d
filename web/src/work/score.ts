// The rubric's score, as docs/api.md defines it: points met over positive points, criteria that cannot be assessed left
// out of both sums, clipped to 0…1, 0 if a gate fails.
import type { Json } from '../api/types';

export interface Criterion {
  id: string;
  criterion: string;
  points: number;
  gate: boolean;
}

export function readCriteria(items: Json[]): Criterion[] {
  return items.map((item, i) => {
    const row = item !== null && typeof item === 'object' && !Array.isArray(item) ? item : {};
    return {
      id: typeof row.id === 'string' || typeof row.id === 'number' ? String(row.id) : String(i + 1),
      criterion: typeof row.criterion === 'string' ? row.criterion : typeof item === 'string' ? item : '',
      points: typeof row.points === 'number' ? row.points : 1,
      gate: row.gate === true,
    };
  });
}

/** Null while nothing with positive points has been assessed. */
export function rubricScore(criteria: Criterion[], verdicts: Record<string, Json | undefined>): number | null {
  let met = 0;
  let possible = 0;
  for (const { id, points, gate } of criteria) {
    const verdict = verdicts[id];
    if (verdict !== true && verdict !== false) continue;
    if (gate && !verdict) return 0;
    if (points > 0) possible += points;
    if (verdict) met += points;
  }
  return possible === 0 ? null : Math.min(1, Math.max(0, met / possible));
}
