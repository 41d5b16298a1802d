// The form of one task as two parts (what is read, what is asked) and one function that takes keys. A key press costs little:
// what is read is built once per task, and a question is drawn anew only when its own answer changes.
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Answers, JsonObject } from '../api/types';
import { Markdown } from '../markdown/Markdown';
import { t } from '../strings';
import { useCommands, type Command } from '../ui/commands';
import { isTyping } from '../ui/hooks';
import { onKey, pressed } from '../ui/keys';
import { choose, isRowOpen, nextOpenRow, setAnswer } from './answers';
import { isShown, isUnfolded, resolve, type Form, type Question } from './form';
import { gaps, gapText } from './gaps';
import { Block } from './questions/Block';
import { focusSoon } from './questions/focusSoon';
import { Guard } from './questions/parts';
import { Raw } from './questions/Raw';
import { leadersOf, rowsOf, slotsOf, textOfJ, type Slot } from './slots';
import { TaskViews } from './views/TaskViews';

export interface TaskFormOptions {
  form: Form;
  data: JsonObject;
  order: number[];
  answers: Answers;
  readOnly: boolean;
  project: string;
  errors: Map<string, string>;
  onChange: (answers: Answers) => void;
}

export interface TaskForm {
  views: ComponentChildren;
  questions: ComponentChildren;
  /** True if the key belonged to the form. The form listens by itself too: whoever calls this only takes the key earlier. */
  press: (key: string) => boolean;
  /** Goes to the next open question or row; says so where nothing is open. */
  next: () => void;
}

/** The question that arrows move in, and the current row of each. */
interface Cursor {
  question: string;
  rows: Record<string, string>;
}

/** Questions that are answered on what is read stand there, and take the place of a view of the same thing. */
const kWide = new Set(['spans', 'boxes', 'segments', 'dialogue']);
const kMedia = new Set(['image', 'audio', 'video', 'media']);
const kByRow = new Set(['rubric', 'steps']);

function readingOf(form: Form): Form {
  const drawn = new Set(form.questions.filter((q) => q.kind === 'boxes' || q.kind === 'segments').map((q) => q.from));
  if (drawn.size === 0) return form;
  return { ...form, views: form.views.filter((v) => !(drawn.has(v.from) && kMedia.has(v.kind) && !v.each)) };
}

function scrollToRow(question: Question, row: string): void {
  if (question.kind === 'steps') document.querySelector(`[data-step="${CSS.escape(row)}"]`)?.scrollIntoView({ block: 'nearest' });
  document.querySelector(`#q-${CSS.escape(question.id)} [data-row="${CSS.escape(row)}"]`)?.scrollIntoView({ block: 'nearest' });
}

/** The place to begin at: a field, the text, the image, the first button. */
export function focusQuestion(id: string): void {
  const block = document.getElementById(`q-${id}`);
  // A question may say where one begins, wherever that stands in it: in a dialogue, below the turns with their choices.
  const target = block?.querySelector<HTMLElement>('[data-begin]')
    ?? block?.querySelector<HTMLElement>('textarea, input:not([type=file]), [data-text], .options button:not(:disabled), select, button, input');
  block?.scrollIntoView({ block: 'nearest' });
  if (target?.matches('button[data-text]')) target.click();
  target?.focus({ preventScroll: true });
}

/** What the handlers of a form work on: always the newest, whatever a drawn block remembers. */
interface Now extends TaskFormOptions {
  shown: Question[];
  cursor: Cursor | null;
  leader: string;
}

function rowIn(now: Now, question: Question): string {
  const rows = rowsOf(question, now.data);
  const row = now.cursor?.rows[question.id];
  return row !== undefined && rows.includes(row) ? row : (rows[0] ?? '');
}

function makeHandlers(now: { current: Now }, setCursor: (cursor: Cursor | null) => void, setLeader: (leader: string) => void, say: (text: string) => void) {
  const tools = new Map<string, (slot: Slot) => void>();
  let slots: ReturnType<typeof slotsOf> = new Map();
  let visited = '';
  const update = (change: (answers: Answers) => Answers): void => {
    if (now.current.readOnly) return;
    const next = change(now.current.answers);
    if (next === now.current.answers) return;
    // Two changes before the next drawing build on one another.
    now.current.answers = next;
    now.current.onChange(next);
  };
  const setRow = (question: Question, row: string): void => {
    now.current.cursor = { question: question.id, rows: { ...now.current.cursor?.rows, [question.id]: row } };
    setCursor(now.current.cursor);
  };
  const moveTo = (question: Question, row: string): void => {
    setRow(question, row);
    requestAnimationFrame(() => scrollToRow(question, row));
  };
  /** Somebody went to a row where it is read; where the questions scroll by themselves they follow. */
  const atRow = (question: string, row: string): void => {
    now.current.cursor = { question, rows: { ...now.current.cursor?.rows, [question]: row } };
    setCursor(now.current.cursor);
    if (!matchMedia('(min-width: 961px)').matches) return;
    requestAnimationFrame(() => document.querySelector(`#q-${CSS.escape(question)} [data-row="${CSS.escape(row)}"]`)?.scrollIntoView({ block: 'nearest' }));
  };
  const lead = (key: string): void => {
    now.current.leader = key;
    setLeader(key);
  };
  const pressSlot = (question: Question, slot: Slot, row?: string): void => {
    const { data, readOnly } = now.current;
    if (readOnly) return;
    const tool = tools.get(question.id);
    if (slot.part === 'go') return focusQuestion(question.id);
    if (tool && slot.part !== 'na') return tool(slot);
    if (question.kind === 'group' && slot.part === 'add') return addRow(question);
    const here = row ?? rowIn(now.current, question);
    update((answers) => choose(question, data, answers, slot, here));
    if (slot.part !== 'row') return;
    const after = isRowOpen(question, now.current.answers, here) ? here : nextOpenRow(question, now.current.answers, rowsOf(question, data), here);
    moveTo(question, after);
  };
  const addRow = (question: Question): void => {
    const value = now.current.answers[question.id];
    const rows = Array.isArray(value) ? value : [];
    if (rows.length >= question.max_items) return;
    update((answers) => setAnswer(answers, question.id, [...rows, {}]));
    focusSoon(() => document.querySelector<HTMLElement>(`#q-${CSS.escape(question.id)} [data-group-row="${rows.length}"] :is(textarea, input, .options button)`));
  };
  const stepRow = (by: number): boolean => {
    const byRow = now.current.shown.filter((q) => kByRow.has(q.kind));
    const at = Math.max(0, byRow.findIndex((q) => q.id === now.current.cursor?.question));
    const active = byRow[at];
    if (!active) return false;
    const rows = rowsOf(active, now.current.data);
    const row = rows[rows.indexOf(rowIn(now.current, active)) + by];
    if (row !== undefined) {
      moveTo(active, row);
      return true;
    }
    const neighbour = byRow[at + by];
    const there = neighbour ? rowsOf(neighbour, now.current.data).at(by > 0 ? 0 : -1) : undefined;
    if (neighbour && there !== undefined) moveTo(neighbour, there);
    return true;
  };
  const next = (): void => {
    const { form, data, answers, shown } = now.current;
    const open = new Set(gaps(form, data, answers).map((gap) => gap.question));
    const here = shown.findIndex((q) => q.id === visited);
    const current = shown[here];
    // First the rest of the rows one is in, then the questions behind it, then from the top.
    const around = [...shown.slice(here + 1), ...shown.slice(0, here + 1)];
    const target = current && kByRow.has(current.kind) && open.has(current.id) ? current : around.find((q) => open.has(q.id));
    if (!target) return say(t.answering.allAnswered);
    visited = target.id;
    if (!kByRow.has(target.kind)) return focusQuestion(target.id);
    const rows = rowsOf(target, data);
    const from = rowIn(now.current, target);
    const fresh = now.current.cursor?.question !== target.id && isRowOpen(target, answers, from);
    moveTo(target, fresh ? from : nextOpenRow(target, answers, rows, from));
  };
  const press = (key: string): boolean => {
    const { shown, leader, readOnly, answers } = now.current;
    if (readOnly) return false;
    if (leader !== '') lead('');
    if (leader !== '' && key === 'Escape') return true;
    if (leader === '' && (key === 'ArrowDown' || key === 'ArrowUp')) return stepRow(key === 'ArrowDown' ? 1 : -1);
    if (leader === '' && key.length === 1 && leadersOf(slots).has(key)) {
      lead(key);
      return true;
    }
    for (const question of shown) {
      const slot = slots.get(question.id)?.find((s) => s.key !== '' && s.key === leader + key);
      if (!slot) continue;
      const value = answers[question.id];
      if (slot.part === 'strength' && !(typeof value === 'string' && value.length === 1)) return true;
      pressSlot(question, slot);
      return true;
    }
    return leader !== '';
  };
  const setTool = (id: string, tool: ((slot: Slot) => void) | null): void => void (tool ? tools.set(id, tool) : tools.delete(id));
  return { update, setRow, atRow, pressSlot, stepRow, next, press, setTool, setSlots: (map: typeof slots) => void (slots = map) };
}

type Handlers = ReturnType<typeof makeHandlers>;

/** The functions of one question, the same ones as long as the question is. */
function bindings(handlers: Handlers, question: Question) {
  return {
    update: handlers.update,
    onSlot: (slot: Slot, row?: string) => handlers.pressSlot(question, slot, row),
    onRow: (row: string) => handlers.setRow(question, row),
    onTool: (tool: ((slot: Slot) => void) | null) => handlers.setTool(question.id, tool),
  };
}

function commandsOf(shown: Question[], slots: ReturnType<typeof slotsOf>, handlers: Handlers, readOnly: boolean): Command[] {
  const group = t.answering.group;
  const options = shown.flatMap((question) => (slots.get(question.id) ?? []).filter((s) => s.key !== '').map((slot): Command => ({
    id: `form.${question.id}.${slot.part}.${String(slot.value)}`, group, enabled: !readOnly,
    label: slot.part === 'go' ? t.answering.goTo(question.label) : t.answering.option(question.label, slot.label),
    keys: slot.key.length === 1 ? [slot.key] : [], run: () => handlers.pressSlot(question, slot),
  })));
  const rows: Command[] = shown.some((q) => kByRow.has(q.kind))
    ? [
        { id: 'form.down', group, label: t.answering.nextRow, keys: ['ArrowDown'], enabled: !readOnly, run: () => void handlers.stepRow(1) },
        { id: 'form.up', group, label: t.answering.previousRow, keys: ['ArrowUp'], enabled: !readOnly, run: () => void handlers.stepRow(-1) },
      ]
    : [];
  return [{ id: 'form.next', group, label: t.answering.jumpOpen, keys: ['n'], enabled: !readOnly, run: handlers.next }, ...rows, ...options];
}

export function useTaskForm(options: TaskFormOptions): TaskForm {
  const { form, data, order, answers, readOnly, errors } = options;
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [leader, setLeader] = useState('');
  const [said, say] = useState('');
  const shown = form.questions.filter((q) => isShown(q, form.questions, answers));
  const now = useRef<Now>({ ...options, shown, cursor, leader });
  now.current = { ...options, shown, cursor, leader };
  const handlers = useMemo(() => makeHandlers(now, setCursor, setLeader, say), []);
  const slots = useMemo(() => slotsOf(form, data, order), [form, data, order]);
  handlers.setSlots(slots);
  const bound = useMemo(
    () => new Map(form.questions.map((q) => [q.id, bindings(handlers, q)])), [form, data, handlers],
  );
  useEffect(() => {
    setCursor(null);
    setLeader('');
    say('');
  }, [data]);
  useEffect(() => onKey((event) => {
    if (now.current.readOnly || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (handlers.press(pressed(event))) event.preventDefault();
  }), [handlers]);
  useCommands(commandsOf(shown, slots, handlers, readOnly));

  const compared = form.questions.find((q) => q.kind === 'compare');
  const active = shown.find((q) => kByRow.has(q.kind) && q.id === cursor?.question) ?? shown.find((q) => kByRow.has(q.kind));
  const row = active?.kind === 'steps' && !readOnly ? rowIn(now.current, active) : '';
  const ratings = active?.kind === 'steps' ? answers[active.id] : undefined;
  const onRow = readOnly ? undefined : handlers.atRow;
  const chosen = compared ? answers[compared.id] : undefined;
  const reading = useMemo(() => readingOf(form), [form]);
  const raw = (): ComponentChildren => <Raw data={data} why={t.answering.broken} />;
  // Where the text, the image or the recording is all there is to see, its question shows it.
  const isAllDrawn = form.questions.some((q) => kWide.has(q.kind)) && reading.views.every((v) => v.optional && (resolve(data, v.from) ?? null) === null);
  const views = useMemo(() => (
    <Guard key="views" otherwise={raw}>
      {isAllDrawn ? form.help && <Markdown text={form.help} /> : <TaskViews form={reading} data={data} order={order} chosen={chosen} row={row} ratings={ratings} onRow={onRow} />}
    </Guard>
  ), [reading, data, order, chosen, row, ratings, onRow]);

  const open = errors.size > 0 ? gaps(form, data, answers) : [];
  const errorOf = (question: Question): string | null => {
    if (!errors.has(question.id)) return null;
    const gap = open.find((g) => g.question === question.id);
    return gap ? gapText(gap, form.questions) : (errors.get(question.id) ?? null);
  };
  const ofJ = textOfJ(form);
  const block = (question: Question): ComponentChildren => {
    const own = bound.get(question.id);
    return own ? (
      <Guard key={question.id} otherwise={raw}>
        <Block
          question={question} data={data} order={order} answers={answers} slots={slots.get(question.id) ?? []} readOnly={readOnly}
          row={kByRow.has(question.kind) ? rowIn(now.current, question) : ''} error={errorOf(question)} project={options.project}
          leader={leader} ownKey={question === ofJ ? 'j' : ''} unfolded={isUnfolded(question, form.questions, answers)} {...own}
        />
      </Guard>
    ) : null;
  };
  // Passages, boxes and segments are marked where they are read: those questions need the width of the page.
  return {
    press: handlers.press,
    next: handlers.next,
    views: <>{views}{shown.filter((q) => kWide.has(q.kind)).map(block)}</>,
    questions: (
      <>
        {shown.filter((q) => !kWide.has(q.kind)).map(block)}
        {readOnly ? null : <KeyNotes slots={slots} leader={leader} said={said} />}
      </>
    ),
  };
}

/** What is to be known about keys beyond those printed on the options, and what a key has just done. */
function KeyNotes({ slots, leader, said }: { slots: ReturnType<typeof slotsOf>; leader: string; said: string }) {
  const leaders = useMemo(() => [...leadersOf(slots)], [slots]);
  const keyless = useMemo(() => [...slots.values()].flat().some((s) => s.key === '' && s.part !== 'go'), [slots]);
  return (
    <>
      {leaders.length > 0 ? <p class="small soft">{t.answering.sequences(leaders)}</p> : null}
      {keyless ? <p class="small soft">{t.answering.noKey}</p> : null}
      <p class={leader ? 'key-wait' : 'small soft key-said'} role="status">{leader ? t.answering.keyThen(leader) : said}</p>
    </>
  );
}

export function focusText(form: Form): void {
  const first = textOfJ(form);
  const texts = form.questions.filter((q) => q.kind === 'text' && !q.list);
  const found = [...(first ? [first] : []), ...texts].find((q) => document.querySelector(`#q-${CSS.escape(q.id)} [data-text]`));
  if (found) focusQuestion(found.id);
}
