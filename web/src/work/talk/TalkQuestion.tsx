// A question that is answered by talking: the turns from top to bottom, the branches, and where the next message is written.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../api/problem';
import css from '../../style/talk.lazy.css';
import { t } from '../../strings/talk';
import { adoptStyle } from '../../ui/adopt';
import { useCommands } from '../../ui/commands';
import { problemText, Skeleton } from '../../ui/States';
import type { QuestionProps } from '../questions/types';
import { slotFor } from '../questions/parts';
import { nextParent, readAnswer, type TalkAnswer } from './answer';
import { Branches } from './Branches';
import { Composer } from './Composer';
import type { TalkPlace } from './place';
import type { Acts } from './Reply';
import { TalkRead } from './TalkRead';
import { isWhole, type TalkRules, type Tree } from './tree';
import { TurnView } from './TurnView';
import { shownKey, useTalk, type Shown } from './useTalk';

adoptStyle(css);

const kBusy = new Set(['dialogue-streaming', 'idempotency-running']);
const kGone = new Set(['stale-token', 'place-taken', 'lease-over']);

function wordsOf(problem: Problem): string {
  if (problem.isNetwork) return t.talk.offline;
  if (problem.status === 423) return t.talk.locked;
  if (kGone.has(problem.kind)) return t.talk.lost;
  return kBusy.has(problem.kind) ? t.talk.busy : problemText(problem);
}

export function useOffline(): boolean {
  const [offline, setOffline] = useState(() => !navigator.onLine);
  useEffect(() => {
    const look = (): void => setOffline(!navigator.onLine);
    window.addEventListener('online', look);
    window.addEventListener('offline', look);
    return () => {
      window.removeEventListener('online', look);
      window.removeEventListener('offline', look);
    };
  }, []);
  return offline;
}

/** The turn before or after the one that is at the top of what is seen. */
function goTurn(root: HTMLElement | null, by: number): void {
  const all = [...(root?.querySelectorAll<HTMLElement>('[data-turn]') ?? [])];
  const here = all.filter((one) => one.getBoundingClientRect().top < 120).length - 1;
  const target = all[Math.max(0, Math.min(all.length - 1, here + by))];
  target?.scrollIntoView({ block: 'start' });
  target?.focus({ preventScroll: true });
}

export function TalkQuestion(props: QuestionProps & { place: TalkPlace | null }) {
  const { place } = props;
  const rules = props.question.talk;
  if (!rules) return <p class="bad">{t.work.unknownForm}</p>;
  if (!place) return <p class="soft">{props.readOnly ? t.answering.turns(readAnswer(props.answers[props.question.id])?.turns.length ?? 0) : t.talk.preview(rules.slots)}</p>;
  if (props.readOnly || place.token === null) return <TalkRead place={place} rules={rules} value={props.answers[props.question.id]} />;
  return <TalkLive key={place.assignment} {...props} place={place} rules={rules} />;
}

/** What stands above the composer: which turn comes, or what is to be done before it. */
function noteOf(tree: Tree, answer: TalkAnswer, rules: TalkRules, busy: boolean): string {
  const next = nextParent(tree, answer, rules);
  if (busy) return t.talk.count(Math.max(1, answer.turns.length), rules.max_turns, rules.min_turns);
  if ('parent' in next) return t.talk.count(answer.turns.length + 1, rules.max_turns, rules.min_turns);
  return next.blocked === 'full' ? t.talk.full(rules.max_turns) : next.blocked === 'choose' ? t.talk.chooseFirst : t.talk.failedFirst;
}

/** The version of a model's answer in the last turn that is on the page. */
function onPage(tree: Tree, answer: TalkAnswer, shown: Shown, slot: string): string | undefined {
  const last = answer.turns.at(-1);
  const versions = tree.turnOf(last?.user ?? null)?.versions.get(slot) ?? [];
  const node = versions.find((one) => one.id === shown[shownKey(last?.user ?? '', slot)]) ?? versions.find((one) => one.id === last?.chosen) ?? versions.at(-1);
  return isWhole(node) ? node.id : undefined;
}

function TalkLive({ question, answers, slots, place, rules, update, onTool }: QuestionProps & { place: TalkPlace; rules: TalkRules }) {
  const root = useRef<HTMLDivElement>(null);
  const desk = useTalk({ question, rules, place, value: answers[question.id], update });
  const offline = useOffline();
  const { talk, tree, answer, shown } = desk;
  const last = answer.turns.at(-1);
  const next = nextParent(tree, answer, rules);
  const busy = talk.isBusy;
  const canStop = talk.phase === 'asking' || talk.phase === 'streaming';
  const canSend = !busy && !offline && 'parent' in next && desk.message.trim() !== '';
  const send = (): void => {
    if (canSend && 'parent' in next) void talk.say(next.parent, desk.message.trim());
  };
  const again = (): void => {
    if (last && !busy && !offline) void talk.again(last.user, null);
  };
  const acts: Acts = {
    busy, offline, choose: desk.choose, rate: desk.rate, edit: (reply, text) => talk.edit(reply, text),
    again: (user, slot) => void talk.again(user, [slot]),
    keyOf: (slot) => slots.find((one) => one.part === 'main' && one.value === slot)?.key ?? '',
    kept: (name) => place.kept(`${question.id}.edit.${name}`), keep: (name, text) => place.keep(`${question.id}.edit.${name}`, text),
  };
  const choose = useRef((_: string): void => undefined);
  choose.current = (slot) => {
    const reply = onPage(tree, answer, shown, slot);
    if (reply) desk.choose(reply);
  };
  useEffect(() => {
    onTool((slot) => choose.current(String(slot.value)));
    return () => onTool(null);
  }, []);
  const group = t.talk.group;
  useCommands([
    { id: 'talk.send', label: t.talk.sendKey, keys: ['Enter'], group, enabled: false, run: send },
    { id: 'talk.line', label: t.talk.newLine, keys: ['Shift+Enter'], group, enabled: false, run: () => undefined },
    { id: 'talk.stop', label: t.talk.stopKey, keys: ['x', 'Escape'], group, enabled: canStop, run: () => talk.stop() },
    ...(rules.may.includes('regenerate') ? [{ id: 'talk.again', label: t.talk.againKey, keys: ['r'], group, enabled: last !== undefined && !busy && !offline, run: again }] : []),
    { id: 'talk.previous', label: t.talk.previousTurn, keys: ['['], group, enabled: answer.turns.length > 0, run: () => goTurn(root.current, -1) },
    { id: 'talk.next', label: t.talk.nextTurn, keys: [']'], group, enabled: answer.turns.length > 0, run: () => goTurn(root.current, 1) },
  ]);

  if (talk.phase === 'loading' && !talk.problem) return <Skeleton lines={3} />;
  const path = tree.pathTo(last?.user ?? null);
  const branching = !tree.isEmpty && !tree.tips().some((tip) => tip.user.id === last?.user);
  const problem = offline ? t.talk.offline : talk.problem ? wordsOf(talk.problem) : null;
  const full = 'blocked' in next && next.blocked === 'full' && !busy;
  return (
    <div class="talk" ref={root} data-phase={talk.phase}>
      {rules.may.includes('branch') ? <Branches tree={tree} here={last?.user ?? null} mayBegin={last !== undefined} disabled={busy} onGo={desk.goTo} /> : null}
      {path.length === 0 && !branching && talk.phase !== 'loading' ? <p class="soft">{t.talk.empty(rules.slots)}</p> : null}
      {path.map((turn, i) => (
        <TurnView
          key={turn.user.id} turn={turn} at={i + 1} last={i === path.length - 1} judgement={answer.turns[i] ?? { chosen: null, ratings: {} }} rules={rules}
          shown={shown} acts={acts} onShow={desk.show}
        />
      ))}
      {branching ? <p class="hint-card small" role="status">{t.talk.newBranch(path.length)}</p> : null}
      {talk.phase === 'asking' ? <p class="small soft">{t.talk.waiting}</p> : null}
      <div class="sr-only" role="log" aria-live="polite" data-talk-said>{desk.said.map(({ id, text }) => <p key={id}>{text}</p>)}</div>
      <Composer
        text={desk.message} note={talk.phase === 'settling' ? t.talk.settling : noteOf(tree, answer, rules, busy)} problem={problem} canSend={canSend} canStop={canStop} disabled={full}
        keyHint={slotFor(slots, 'go')?.key ?? ''} onText={desk.setMessage} onSend={send} onStop={() => talk.stop()}
        onLook={talk.problem && !canStop ? () => void talk.load() : null}
      />
    </div>
  );
}
