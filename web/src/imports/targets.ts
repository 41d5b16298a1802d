// What a form wants to be filled with: one target for each place of the task's data that a view shows or a question needs.
import type { Form, Question, View } from '../work/form';

/** What the data at a target may be; the shapers of convert.ts make it from cells and JSON. */
export type Shape = 'criteria' | 'responses' | 'messages' | 'chat' | 'texts' | 'text' | 'file' | 'options' | 'rows' | 'any';

export interface Target {
  /** JSON pointer into the task's data. */
  to: string;
  label: string;
  shape: Shape;
  required: boolean;
  /** Least number of items of a list. */
  least: number;
}

export const kLists: Shape[] = ['criteria', 'responses', 'texts', 'options', 'rows'];
/** A place wanted twice takes the stricter shape: the earlier of the list. */
const kRank: Shape[] = ['criteria', 'messages', 'responses', 'texts', 'chat', 'options', 'rows', 'file', 'text', 'any'];

type Wish = Omit<Target, 'label'> & { label: string };

function ofView(view: View): Wish[] {
  const wish = (shape: Shape): Wish => ({
    to: view.from, label: view.label || view.id, shape, required: !view.optional, least: view.each ? 1 : 0,
  });
  switch (view.kind as string) {
    case 'markdown':
    case 'code':
      return [wish(view.each ? 'texts' : 'text')];
    case 'chat':
      return [wish(view.each ? 'responses' : 'chat')];
    case 'diff':
      return [wish('text'), { ...wish('text'), to: view.to }];
    case 'table':
      return [wish('rows')];
    case 'trajectory':
      return [
        wish(view.each ? 'responses' : 'messages'),
        ...(view.tools ? [{ to: view.tools, label: view.label, shape: 'any' as const, required: false, least: 0 }] : []),
      ];
    case 'json':
      return [wish('any')];
    default:
      return [wish('file')];
  }
}

function ofQuestion(question: Question): Wish[] {
  const wish = (to: string, shape: Shape, required: boolean, least = 1): Wish => ({ to, label: question.label, shape, required, least });
  const own = question.options_from ? [wish(question.options_from, 'options', question.options.length === 0)] : [];
  const from = question.from;
  switch (question.kind as string) {
    case 'compare':
    case 'rank':
      return [...own, ...(from ? [wish(from, 'any', true, 2)] : [])];
    case 'rubric':
      return [wish(from, 'criteria', true)];
    case 'steps':
      return [wish(from, 'texts', true)];
    case 'spans':
      return [...own, wish(from, 'text', true)];
    case 'boxes':
    case 'segments':
      return [...own, wish(from, 'file', true)];
    case 'group':
      return question.questions.flatMap(ofQuestion);
    default:
      return own;
  }
}

/** `base`: the built-in that a derived form rests on; its data must fit too. */
export function targetsOf(form: Form, base: Form | null = null): Target[] {
  const out = new Map<string, Target>();
  const forms = base ? [form, base] : [form];
  for (const wish of [...forms.flatMap((f) => f.views.flatMap(ofView)), ...forms.flatMap((f) => f.questions.flatMap(ofQuestion))]) {
    if (!wish.to) continue;
    const there = out.get(wish.to);
    if (!there) {
      out.set(wish.to, { ...wish });
      continue;
    }
    if (kRank.indexOf(wish.shape) < kRank.indexOf(there.shape)) {
      // Steps of a run are its messages, whatever else is asked of them.
      if (!(there.shape === 'responses' && wish.shape === 'texts')) there.shape = wish.shape;
    }
    there.required ||= wish.required;
    there.least = Math.max(there.least, wish.least);
  }
  const all = [...out.values()];
  for (const target of all) if (target.shape === 'any' && target.least > 1) target.shape = 'responses';
  return [...all.filter((x) => x.required), ...all.filter((x) => !x.required)];
}
