// A dialogue of two models for tests: two turns, an edited answer, one made anew, and a branch.
import type { TalkNode } from '../../api/dialogue';
import type { TalkRules } from './tree';

let clock = 0;
export function node(id: string, parent: string | null, kind: TalkNode['kind'], slot: string | null, more: Partial<TalkNode> = {}): TalkNode {
  return { id, parent, kind, slot, state: 'complete', text: `text of ${id}`, edited_from: null, why: '', model: '', at: new Date(1e12 + 1000 * clock++).toISOString(), ...more };
}

export const rules: TalkRules = { slots: 2, min_turns: 2, max_turns: 3, rate: { label: 'Good?', min: 1, max: 5 }, may: ['edit', 'regenerate', 'branch'] };

/** u1 → a1 b1 b1e (edited) a1x (anew); u2 after b1e → a2 b2; u3, a branch after a1 → a3 b3. */
export const nodes: TalkNode[] = [
  node('u1', null, 'user', null), node('a1', 'u1', 'reply', 'A'), node('b1', 'u1', 'reply', 'B'),
  node('b1e', 'u1', 'edit', 'B', { edited_from: 'b1' }), node('a1x', 'u1', 'reply', 'A', { state: 'error', text: '' }),
  node('u2', 'b1e', 'user', null), node('a2', 'u2', 'reply', 'A'), node('b2', 'u2', 'reply', 'B'),
  node('u3', 'a1', 'user', null), node('a3', 'u3', 'reply', 'A'), node('b3', 'u3', 'reply', 'B'),
];
