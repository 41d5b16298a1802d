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

export interface ScoreParts {
  /** Null while nothing with positive points has been assessed. */
  score: number | null;
  met: number;
  possible: number;
  /** Positive points of all criteria: what can be reached. */
  most: number;
  judged: number;
  notAssessed: number;
  gateFailed: boolean;
}

export function scoreParts(criteria: Criterion[], verdicts: Record<string, Json | undefined>): ScoreParts {
  const out: ScoreParts = { score: null, met: 0, possible: 0, most: 0, judged: 0, notAssessed: 0, gateFailed: false };
  for (const { id, points, gate } of criteria) {
    const verdict = verdicts[id];
    if (points > 0) out.most += points;
    if (verdict === undefined) continue;
    out.judged++;
    if (verdict !== true && verdict !== false) {
      out.notAssessed++;
      continue;
    }
    // A gate of negative points is a fault that must not be there.
    if (gate && verdict === points < 0) out.gateFailed = true;
    if (points > 0) out.possible += points;
    if (verdict) out.met += points;
  }
  if (out.gateFailed) out.score = 0;
  else if (out.possible > 0) out.score = Math.min(1, Math.max(0, out.met / out.possible));
  return out;
}

export function rubricScore(criteria: Criterion[], verdicts: Record<string, Json | undefined>): number | null {
  return scoreParts(criteria, verdicts).score;
}
