// The form of one task as two parts (what is read, what is asked) and one function that takes keys.
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Answers, JsonObject } from '../api/types';
import { choose, nextOpenRow } from './answers';
import { isShown, type Form, type Question } from './form';
import { Block } from './questions/Block';
import { rowsOf, slotsOf, type Slot } from './slots';
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
  /** True if the key belonged to the form. */
  press: (key: string) => boolean;
}

function scrollToRow(question: Question, row: string): void {
  if (question.kind === 'steps') document.querySelector(`[data-step="${CSS.escape(row)}"]`)?.scrollIntoView({ block: 'nearest' });
  document.querySelector(`#q-${CSS.escape(question.id)} [data-row="${CSS.escape(row)}"]`)?.scrollIntoView({ block: 'nearest' });
}

export function useTaskForm(options: TaskFormOptions): TaskForm {
  const { form, data, order, answers, readOnly, errors, onChange } = options;
  const slots = useMemo(() => slotsOf(form, data, order), [form, data, order]);
  const [cursor, setCursor] = useState<{ question: string; row: string } | null>(null);
  const shown = form.questions.filter((q) => isShown(q, form.questions, answers));
  const byRow = shown.filter((q) => q.kind === 'rubric' || q.kind === 'steps');
  const active = byRow.find((q) => q.id === cursor?.question) ?? byRow[0];
  const rowOf = (question: Question): string => {
    const rows = rowsOf(question, data);
    return cursor?.question === question.id && rows.includes(cursor.row) ? cursor.row : (rows[0] ?? '');
  };
  const moveTo = (question: Question, row: string): void => {
    setCursor({ question: question.id, row });
    requestAnimationFrame(() => scrollToRow(question, row));
  };
  const pressSlot = (question: Question, slot: Slot, row?: string): void => {
    if (readOnly) return;
    const here = row ?? rowOf(question);
    const next = choose(question, data, answers, slot, here);
    onChange(next);
    if (slot.part === 'row') moveTo(question, nextOpenRow(question, next, rowsOf(question, data), here));
  };
  const press = (key: string): boolean => {
    if (active && (key === 'ArrowDown' || key === 'ArrowUp')) {
      const rows = rowsOf(active, data);
      const at = rows.indexOf(rowOf(active)) + (key === 'ArrowDown' ? 1 : -1);
      const row = rows[at];
      if (row !== undefined) moveTo(active, row);
      return true;
    }
    for (const question of shown) {
      const slot = question.kind === 'spans' ? undefined : slots.get(question.id)?.find((s) => s.key === key);
      if (!slot) continue;
      const value = answers[question.id];
      if (slot.part === 'strength' && !(typeof value === 'string' && value.length === 1)) return true;
      pressSlot(question, slot);
      return true;
    }
    return false;
  };
  useEffect(() => setCursor(null), [data]);

  const compared = form.questions.find((q) => q.kind === 'compare');
  const block = (question: Question): ComponentChildren => (
    <Block
      key={question.id} question={question} data={data} order={order} answers={answers} slots={slots.get(question.id) ?? []}
      row={rowOf(question)} readOnly={readOnly} error={errors.get(question.id) ?? null} project={options.project}
      onChange={onChange} onSlot={(slot, row) => pressSlot(question, slot, row)}
      onRow={(row) => setCursor({ question: question.id, row })}
    />
  );
  // Passages are marked where they are read: that question needs the width of the page.
  return {
    press,
    views: (
      <>
        <TaskViews
          form={form} data={data} order={order} chosen={compared ? answers[compared.id] : undefined}
          row={active?.kind === 'steps' && !readOnly ? rowOf(active) : ''}
        />
        {shown.filter((q) => q.kind === 'spans').map(block)}
      </>
    ),
    questions: shown.filter((q) => q.kind !== 'spans').map(block),
  };
}

export function focusText(form: Form): void {
  const wanted = form.questions.find((q) => q.id === 'justification') ?? form.questions.find((q) => q.kind === 'text' && !q.list);
  if (wanted) document.querySelector<HTMLElement>(`[data-text="${CSS.escape(wanted.id)}"]`)?.focus();
}
