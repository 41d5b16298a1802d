// Undo and redo of answers, in coarse steps: one per choice, and one per stretch of typing in one field. Kept as small
// differences, so that a long text changed a hundred times stays small. Limits: kMostSteps, kMostChars; the oldest go first.
import type { Answers, Json } from '../api/types';
import { canonical } from './record';

export const kMostSteps = 100;
export const kMostChars = 96 * 1024;
const kPauseMs = 1200;
const kLongestStepMs = 15_000;

/** Of a text: what stood at `at` and what stands there now. Of anything else: both values; absent where there was none. */
type Change = { id: string; at: number; cut: string; put: string } | { id: string; before?: Json; after?: Json };
type Step = Change[];

function changeOf(id: string, before: Json | undefined, after: Json | undefined, text: boolean): Change | null {
  if (before === after || (before !== undefined && after !== undefined && canonical(before) === canonical(after))) return null;
  const [was, is] = [before ?? '', after ?? ''];
  if (!text || typeof was !== 'string' || typeof is !== 'string') {
    return { id, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
  }
  let at = 0;
  const most = Math.min(was.length, is.length);
  while (at < most && was.charCodeAt(at) === is.charCodeAt(at)) at++;
  let tail = 0;
  while (tail < most - at && was.charCodeAt(was.length - 1 - tail) === is.charCodeAt(is.length - 1 - tail)) tail++;
  return { id, at, cut: was.slice(at, was.length - tail), put: is.slice(at, is.length - tail) };
}

function stepOf(before: Answers, after: Answers, isText: (id: string) => boolean): Step {
  const ids = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...ids].flatMap((id) => changeOf(id, before[id], after[id], isText(id)) ?? []);
}

/** Null where the answers are not those that the step was made from. */
function apply(answers: Answers, step: Step, back: boolean): Answers | null {
  const next = { ...answers };
  for (const change of step) {
    if ('at' in change) {
      const here = next[change.id] ?? '';
      const [from, to] = back ? [change.put, change.cut] : [change.cut, change.put];
      if (typeof here !== 'string' || here.slice(change.at, change.at + from.length) !== from) return null;
      const text = here.slice(0, change.at) + to + here.slice(change.at + from.length);
      // An empty text and none are the same to the form.
      if (text === '') delete next[change.id];
      else next[change.id] = text;
      continue;
    }
    const value = back ? change.before : change.after;
    if (value === undefined) delete next[change.id];
    else next[change.id] = value;
  }
  return next;
}

const isTyping = (step: Step): boolean => step.length === 1 && step[0] !== undefined && 'at' in step[0];

export class History {
  private done_: string[] = [];
  private undone_: string[] = [];
  private chars_ = 0;
  private text_: string | null = '';
  /** The step that typing still adds to: where it began, and when. */
  private open_: { id: string; base: Answers; began: number; last: number } | null = null;

  constructor(kept = '') {
    if (!kept) return;
    try {
      const [done, undone] = JSON.parse(kept) as [string[], string[]];
      this.done_ = done;
      this.undone_ = undone;
      this.chars_ = [...done, ...undone].reduce((sum, step) => sum + step.length, 0);
      this.text_ = kept;
    } catch {
      // What cannot be read is not offered.
    }
  }

  get canUndo(): boolean {
    return this.done_.length > 0;
  }
  get canRedo(): boolean {
    return this.undone_.length > 0;
  }

  /** `isText`: which answers are typed, so that a stretch of typing is one step and each choice another. */
  record(before: Answers, after: Answers, nowMs: number, isText: (id: string) => boolean): void {
    const step = stepOf(before, after, isText);
    const first = step[0];
    if (!first) return;
    const open = this.open_;
    const goesOn = open !== null && isTyping(step) && first.id === open.id && nowMs - open.last < kPauseMs && nowMs - open.began < kLongestStepMs;
    for (const gone of this.undone_.splice(0)) this.chars_ -= gone.length;
    if (goesOn && open) {
      this.chars_ -= this.done_.pop()?.length ?? 0;
      open.last = nowMs;
      const whole = stepOf(open.base, after, isText);
      if (whole.length > 0) this.push_(this.done_, whole);
      else this.open_ = null;
    } else {
      this.push_(this.done_, step);
      this.open_ = isTyping(step) ? { id: first.id, base: before, began: nowMs, last: nowMs } : null;
    }
    while (this.done_.length > 1 && (this.done_.length > kMostSteps || this.chars_ > kMostChars)) {
      this.chars_ -= this.done_.shift()?.length ?? 0;
    }
    this.text_ = null;
  }

  undo(answers: Answers): Answers | null {
    return this.move_(this.done_, this.undone_, answers, true);
  }
  redo(answers: Answers): Answers | null {
    return this.move_(this.undone_, this.done_, answers, false);
  }

  /** As the journal keeps it. */
  get text(): string {
    this.text_ ??= JSON.stringify([this.done_, this.undone_]);
    return this.text_;
  }

  private push_(onto: string[], step: Step): void {
    const text = JSON.stringify(step);
    this.chars_ += text.length;
    onto.push(text);
  }

  private move_(from: string[], to: string[], answers: Answers, back: boolean): Answers | null {
    const step = from.pop();
    this.open_ = null;
    this.text_ = null;
    if (step === undefined) return null;
    const next = apply(answers, JSON.parse(step) as Step, back);
    if (next) {
      to.push(step);
      return next;
    }
    // Something else changed the answers: the rest would not fit either.
    this.done_ = [];
    this.undone_ = [];
    this.chars_ = 0;
    return null;
  }
}
