// Questions that repeat, row by row. A row is drawn anew only when it changes.
import { useRef } from 'preact/hooks';
import type { Answers } from '../../api/types';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { choose, setAnswer } from '../answers';
import { isShown, isUnfolded, type Question } from '../form';
import { bareSlots, type Slot } from '../slots';
import { Block } from './Block';
import { slotFor, SlotKey } from './parts';
import { listOf, objectOf, type QuestionProps } from './types';

export function Group(props: QuestionProps) {
  const { question, answers, readOnly, slots, leader, update, onSlot } = props;
  const rows = listOf(answers[question.id]).map(objectOf);
  const add = slotFor(slots, 'add');
  const slotsOf = useRef(new Map<string, Slot[]>());
  const bare = (q: Question): Slot[] => {
    const known = slotsOf.current.get(q.id) ?? bareSlots(q, props.data, props.order);
    slotsOf.current.set(q.id, known);
    return known;
  };
  const change = (next: (rows: Answers[]) => Answers[]): void => update((all) => {
    const value = next(listOf(all[question.id]).map(objectOf));
    return setAnswer(all, question.id, value.length > 0 ? value : undefined);
  });
  const updateRow = (i: number) => (make: (row: Answers) => Answers): void =>
    change((now) => now.map((row, j) => (j === i ? make(row) : row)));
  return (
    <>
      {rows.map((row, i) => (
        <div key={i} class="turn group-row" role="group" aria-label={t.work.row(i + 1)} data-group-row={i}>
          <div class="who">
            <span>{t.work.row(i + 1)}</span>
            {readOnly ? null : (
              <Button slim look="quiet" aria-label={t.answering.removeRow(i + 1)} onClick={() => change((now) => now.filter((_, j) => j !== i))}>{t.common.remove}</Button>
            )}
          </div>
          {question.questions.filter((q) => isShown(q, question.questions, row)).map((q) => (
            <Block
              key={q.id} {...props} question={q} answers={row} slots={bare(q)} error={null} nested row="" leader=""
              unfolded={isUnfolded(q, question.questions, row)} update={updateRow(i)} onRow={() => undefined} onTool={() => undefined}
              onSlot={(slot) => updateRow(i)((now) => choose(q, props.data, now, slot, undefined))}
            />
          ))}
        </div>
      ))}
      {readOnly || rows.length >= question.max_items || !add ? null : (
        <div>
          <button type="button" class="button slim" aria-keyshortcuts={add.key.length === 1 ? add.key : undefined} onClick={() => onSlot(add)}>
            {add.label}<SlotKey slot={add} leader={leader} />
          </button>
        </div>
      )}
    </>
  );
}
