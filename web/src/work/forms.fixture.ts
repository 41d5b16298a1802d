// Forms for unit tests, as the server gives them.
import { readForm, type Form } from './form';

function must(raw: unknown): Form {
  const form = readForm(raw);
  if (!form) throw new Error('the form does not read');
  return form;
}

export const preference = must({
  base: 'preference', title: 'Which response is better?',
  views: [
    { id: 'prompt', kind: 'chat', from: '/prompt', label: 'Prompt', role: 'user' },
    { id: 'responses', kind: 'chat', from: '/responses', label: 'Responses', role: 'assistant', each: true },
  ],
  questions: [
    { id: 'choice', kind: 'compare', from: '/responses', label: 'Which is better?', required: true, strength: 3, strength_id: 'strength' },
    { id: 'justification', kind: 'text', label: 'Why?', preview: true },
  ],
});

export const rubric = must({
  base: 'rubric', views: [],
  questions: [{ id: 'criteria', kind: 'rubric', from: '/rubric', required: true }],
});

export const steps = must({
  base: 'steps', views: [],
  questions: [{ id: 'ratings', kind: 'steps', from: '/steps', required: true, stop_at_first_error: true }],
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
