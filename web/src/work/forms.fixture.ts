// Forms for unit tests, as the server gives them.
import type { JsonObject } from '../api/types';
import { readForm, type Form } from './form';

function must(raw: unknown): Form {
  const form = readForm(raw);
  if (!form) throw new Error('the form does not read');
  return form;
}

const justification = { id: 'justification', kind: 'text', label: 'Why?', preview: true };

export const preference = must({
  base: 'preference', title: 'Which response is better?',
  views: [
    { id: 'prompt', kind: 'chat', from: '/prompt', label: 'Prompt', role: 'user' },
    { id: 'responses', kind: 'chat', from: '/responses', label: 'Responses', role: 'assistant', each: true },
  ],
  questions: [
    { id: 'choice', kind: 'compare', from: '/responses', label: 'Which is better?', required: true, strength: 3, strength_id: 'strength' },
    { ...justification, open_if: { question: 'strength', at_least: 3 } },
  ],
});

export const rubric = must({
  base: 'rubric', views: [],
  questions: [{ id: 'criteria', kind: 'rubric', from: '/rubric', required: true }, justification],
});

export const steps = must({
  base: 'steps', views: [],
  questions: [{ id: 'ratings', kind: 'steps', from: '/steps', required: true, stop_at_first_error: true }, { id: 'correction', kind: 'text' }],
});

export const mixed = must({
  views: [],
  questions: [
    { id: 'kind', kind: 'one', options: ['x', { value: 'y', label: 'Y', key: '1' }], required: true },
    { id: 'why', kind: 'text', required: true, min_length: 3, show_if: { question: 'kind', is: 'y' } },
    { id: 'marks', kind: 'many', options: ['p', 'q'] },
    { id: 'rows', kind: 'group', min_items: 1, questions: [{ id: 'c', kind: 'text', required: true }] },
  ],
});

const failures = [
  'goal_partially_completed', 'used_wrong_tool', 'used_wrong_tool_argument', 'took_unintended_action', 'misread_result', 'broke_policy',
  'invented_fact', 'user_at_fault', 'environment_at_fault',
];
const labels = ['person', 'vehicle', 'sign'];

/** Every built-in form with a task for it. */
export const builtIns: [string, Form, JsonObject][] = [
  ['preference', preference, { prompt: 'p', responses: [{ text: 'one' }, { text: 'two' }] }],
  ['preference of seven', preference, { prompt: 'p', responses: Array.from({ length: 7 }, (_, i) => ({ text: String(i) })) }],
  ['rubric', rubric, { rubric: [{ id: 'r1', criterion: 'a' }] }],
  ['demonstration', must({ views: [], questions: [{ id: 'response', kind: 'text', required: true, preview: true }] }), { prompt: 'p' }],
  ['authoring', must({
    views: [], questions: [
      { id: 'prompt', kind: 'text', required: true }, { id: 'ideal', kind: 'text', required: true },
      { id: 'rubric', kind: 'group', required: true, min_items: 1, questions: [
        { id: 'criterion', kind: 'text', required: true }, { id: 'points', kind: 'number', required: true, integer: true, min: -10, max: 10 }] },
      { id: 'sources', kind: 'text', list: true },
    ],
  }), { brief: 'b' }],
  ['steps', steps, { prompt: 'p', steps: ['a', 'b'] }],
  ['trajectory', must({
    views: [], questions: [
      { id: 'steps', kind: 'steps', from: '/messages', roles: ['assistant'], required: true },
      { id: 'overall', kind: 'one', required: true, options: ['success', 'partial', 'failure'] },
      { id: 'failures', kind: 'many', options: failures }, justification],
  }), { messages: [{ role: 'assistant', content: 'x' }] }],
  ['choice', must({
    views: [], questions: [
      { id: 'choice', kind: 'one', required: true, options_from: '/options', options: [
        { value: 'yes', label: 'Yes', key: 'y' }, { value: 'no', label: 'No', key: 'n' }, { value: 'unsure', label: 'Cannot tell', key: 'u' }] },
      justification],
  }), { prompt: 'p' }],
  ['spans', must({
    views: [], questions: [
      { id: 'spans', kind: 'spans', from: '/text', required: true, labels: [
        { value: 'error', label: 'Wrong', key: 'e' }, { value: 'unsupported', label: 'Not supported', key: 's' },
        { value: 'unclear', label: 'Unclear', key: 'u' }, { value: 'harmful', label: 'Harmful', key: 'h' }] },
      justification],
  }), { text: 't' }],
  ['boxes', must({ views: [], questions: [{ id: 'boxes', kind: 'boxes', from: '/image', required: true, labels }, justification] }), { image: 'fil_1' }],
  ['segments', must({ views: [], questions: [{ id: 'segments', kind: 'segments', from: '/media', required: true, labels }, justification] }), { media: 'fil_1' }],
];

/** A form of any size and mix, the same for the same seed. */
export function randomForm(seed: number): Form {
  let state = seed * 2654435761 + 12345;
  const below = (n: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * n);
  };
  const kinds = ['one', 'many', 'rating', 'compare', 'rank', 'text', 'number', 'rubric', 'steps', 'spans', 'boxes', 'segments', 'file', 'group'];
  const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
  const questions = Array.from({ length: 1 + below(14) }, (_, i) => {
    const size = below(10) === 0 ? 20 + below(60) : 2 + below(6);
    const options = Array.from({ length: size }, (__, n) => {
      const key = below(4) === 0 && letters.length > 0 ? letters.splice(below(letters.length), 1)[0] : undefined;
      return { value: `v${n}`, label: `Option ${n}`, ...(key ? { key } : {}) };
    });
    return {
      id: `q${i}`, kind: kinds[below(kinds.length)], required: below(2) === 0, na: below(4) === 0, options, labels: options, from: '/items',
      strength: below(6), min: below(3), max: 3 + below(9), ties: below(2) === 0, tie: below(2) === 0, all_bad: below(2) === 0,
    };
  });
  return must({ views: [], questions });
}
