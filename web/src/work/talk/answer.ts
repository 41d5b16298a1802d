// The answer to a question that is a dialogue: the turns of one path through the tree, with what was chosen and how it was
// rated. What was judged on other branches is kept beside it (Judged), so that going back finds it again. Pure.
import type { Json } from '../../api/types';
import type { TalkGap } from './known';
import { answersTo, isWhole, type TalkRules, type Tree, type Turn } from './tree';

export interface Judgement {
  chosen: string | null;
  ratings: Record<string, number>;
}
export type Judged = Record<string, Judgement>;

export interface TalkAnswer {
  turns: (Judgement & { user: string })[];
  end: string | null;
}

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value);
const ratingsIn = (value: unknown): Record<string, number> =>
  Object.fromEntries(Object.entries(isObject(value) ? value : {}).filter((one): one is [string, number] => typeof one[1] === 'number'));
const judgementIn = (value: Record<string, unknown>): Judgement =>
  ({ chosen: typeof value.chosen === 'string' ? value.chosen : null, ratings: ratingsIn(value.ratings) });

/** Null where nothing was answered yet. */
export function readAnswer(value: Json | undefined): TalkAnswer | null {
  if (!isObject(value) || !Array.isArray(value.turns)) return null;
  const turns = value.turns.flatMap((turn) => (isObject(turn) && typeof turn.user === 'string' ? [{ user: turn.user, ...judgementIn(turn) }] : []));
  return { turns, end: typeof value.end === 'string' ? value.end : null };
}

export function readJudged(text: string): Judged {
  try {
    const value: unknown = JSON.parse(text);
    return Object.fromEntries(Object.entries(isObject(value) ? value : {}).flatMap(([user, one]) => (isObject(one) ? [[user, judgementIn(one)]] : [])));
  } catch {
    return {};
  }
}

/** What is known of all turns: the answer's own word counts. */
export const judgedOf = (answer: TalkAnswer | null, beside: Judged): Judged =>
  ({ ...beside, ...Object.fromEntries((answer?.turns ?? []).map(({ user, chosen, ratings }) => [user, { chosen, ratings }])) });

/** The answer whose path ends at this turn; null is the beginning, before anything was said. */
export function answerAt(tree: Tree, user: string | null, judged: Judged, rules: TalkRules): TalkAnswer {
  const path = tree.pathTo(user);
  const turns = path.map((turn, i) => {
    const known = judged[turn.user.id];
    const all = answersTo(turn);
    const next = path[i + 1];
    // What was gone on from is what was chosen, whatever was chosen before.
    const chosen = next ? next.user.parent : isWhole(all.find((node) => node.id === known?.chosen)) ? (known?.chosen ?? null) : onlyOne(turn, rules);
    const ratings = Object.fromEntries(Object.entries(known?.ratings ?? {}).filter(([id]) => all.some((node) => node.id === id)));
    return { user: turn.user.id, chosen, ratings };
  });
  return { turns, end: turns.at(-1)?.chosen ?? null };
}

/** With one model there is nothing to choose between: the newest whole answer is the one. */
function onlyOne(turn: Turn, rules: TalkRules): string | null {
  return rules.slots > 1 ? null : (answersTo(turn).filter(isWhole).at(-1)?.id ?? null);
}

/** Where the person is in the tree: where the answer ends, else the newest branch. */
export function placeOf(tree: Tree, answer: TalkAnswer | null, rules: TalkRules): string | null {
  const newest = tree.tips().at(-1)?.user.id ?? null;
  if (!answer || !rules.may.includes('branch')) return newest;
  if (answer.turns.length === 0) return null;
  return answer.turns.map((turn) => turn.user).filter((user) => tree.byId.has(user)).at(-1) ?? newest;
}

/** The answer, made whole against what the server has. */
export const current = (tree: Tree, answer: TalkAnswer | null, beside: Judged, rules: TalkRules): TalkAnswer =>
  answerAt(tree, placeOf(tree, answer, rules), judgedOf(answer, beside), rules);

/** Chosen, and gone on from here: in an earlier turn that begins a branch. */
export function chosenAt(tree: Tree, reply: string, judged: Judged, rules: TalkRules): TalkAnswer {
  const user = tree.turnOf(reply)?.user.id ?? null;
  const known = user === null ? undefined : judged[user];
  return answerAt(tree, user, user === null ? judged : { ...judged, [user]: { ratings: known?.ratings ?? {}, chosen: reply } }, rules);
}

/** The same value again takes it back. */
export function rated(answer: TalkAnswer, user: string, reply: string, value: number): TalkAnswer {
  const turns = answer.turns.map((turn) => {
    if (turn.user !== user) return turn;
    const { [reply]: before, ...others } = turn.ratings;
    return { ...turn, ratings: before === value ? others : { ...others, [reply]: value } };
  });
  return { ...answer, turns };
}

/** Whether a turn waits for something: a choice, where there is one, and a rating of every whole answer of a model. */
export function isTurnOpen(turn: Turn, judgement: Judgement, rules: TalkRules): boolean {
  const all = answersTo(turn).filter(isWhole);
  if (judgement.chosen === null && all.length > 0) return true;
  return rules.rate !== null && all.some((node) => node.kind === 'reply' && judgement.ratings[node.id] === undefined);
}

/** What keeps the dialogue from being submitted. */
export function gapOf(tree: Tree, answer: TalkAnswer, rules: TalkRules): TalkGap | null {
  const path = tree.pathTo(answer.turns.at(-1)?.user ?? null);
  // On another branch too: the server takes no answer meanwhile.
  if ([...tree.byId.values()].some((node) => node.state === 'streaming')) return { reason: 'busy' };
  if (path.length < rules.min_turns) return { reason: 'few', least: rules.min_turns, now: path.length };
  const open = path.flatMap((turn, i) => (isTurnOpen(turn, answer.turns[i] ?? { chosen: null, ratings: {} }, rules) ? [i + 1] : []));
  return open[0] === undefined ? null : { reason: 'turns', now: open.length, row: open[0] };
}

/** What the next message hangs on, or why there can be none now. */
export function nextParent(tree: Tree, answer: TalkAnswer, rules: TalkRules): { parent: string | null } | { blocked: 'choose' | 'failed' | 'full' } {
  const last = tree.pathTo(answer.turns.at(-1)?.user ?? null);
  const turn = last.at(-1);
  if (last.length >= rules.max_turns) return { blocked: 'full' };
  if (!turn) return { parent: null };
  if (answer.end !== null) return { parent: answer.end };
  return { blocked: answersTo(turn).some(isWhole) ? 'choose' : 'failed' };
}

/** What stays in the field once a message is there: nothing of it, and all that was written meanwhile. */
export function unsentOf(message: string, said: string): string {
  const [now, sent] = [message.trimStart(), said.trim()];
  return now.startsWith(sent) ? now.slice(sent.length).trimStart() : message;
}
