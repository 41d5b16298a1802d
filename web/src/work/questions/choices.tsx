// Questions that are answered by pressing one of a few buttons, each with its key printed on it.
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { itemsAt, stepIndexes } from '../form';
import { readCriteria, rubricScore } from '../score';
import type { Slot } from '../slots';
import { plainText } from '../views/messages';
import { listOf, objectOf, type QuestionProps } from './types';

const kLongLabel = 22;

function SlotButton({ slot, pressed, readOnly, onPress, bare }: {
  slot: Slot; pressed: boolean; readOnly: boolean; onPress: () => void; bare?: boolean;
}) {
  return (
    <Button class="option" slim={bare} pressed={pressed} disabled={readOnly && !pressed} hint={bare || readOnly ? '' : slot.key} title={slot.help} onClick={readOnly ? undefined : onPress}>
      <span class="name">{slot.label}</span>
    </Button>
  );
}

export function Options({ question, answers, slots, readOnly, onSlot }: QuestionProps) {
  const value = answers[question.id];
  const main = slots.filter((s) => s.part === 'main');
  const strength = slots.filter((s) => s.part === 'strength');
  const compared = typeof value === 'string' && value.length === 1;
  return (
    <>
      {question.kind === 'rating' && (question.min_label || question.max_label) ? (
        <div class="row between small soft"><span>{question.min_label}</span><span>{question.max_label}</span></div>
      ) : null}
      <div class={main.some((s) => s.label.length > kLongLabel) ? 'options wide' : 'options'}>
        {main.map((slot) => (
          <SlotButton
            key={String(slot.value)} slot={slot} readOnly={readOnly} onPress={() => onSlot(slot)}
            pressed={Array.isArray(value) ? value.includes(slot.value) : value === slot.value}
          />
        ))}
      </div>
      {strength.length > 0 && compared ? (
        <div class="stack tight" role="group" aria-label={t.work.strength}>
          <span class="small">{t.work.strength}</span>
          <div class="options narrow">
            {strength.map((slot) => (
              <SlotButton
                key={String(slot.value)} slot={slot} readOnly={readOnly} onPress={() => onSlot(slot)}
                pressed={answers[question.strength_id] === slot.value}
              />
            ))}
          </div>
        </div>
      ) : null}
    </>
  );
}

export function Rubric({ question, data, answers, slots, row, readOnly, onSlot, onRow }: QuestionProps) {
  const criteria = readCriteria(itemsAt(data, question.from));
  const given = objectOf(answers[question.id]);
  const score = rubricScore(criteria, given);
  return (
    <>
      <div class="score" aria-live="polite">
        <span>{t.work.score}</span>
        <span>{score === null ? t.work.scoreNone : score.toFixed(2)}</span>
      </div>
      <div>
        {criteria.map((criterion) => (
          <div
            key={criterion.id} class={`criterion${row === criterion.id && !readOnly ? ' current' : ''}`} role="group"
            aria-label={criterion.criterion} data-row={criterion.id} onFocusCapture={() => onRow(criterion.id)}
          >
            <div class="text">
              <span>{criterion.criterion}</span>
              <span class="row nowrap">
                {criterion.gate ? <span class="pill warn" title={t.work.gateHelp}>{t.work.gate}</span> : null}
                <span class="pill num">{t.work.points(criterion.points)}</span>
              </span>
            </div>
            <div class="row">
              {slots.map((slot) => (
                <Button
                  key={String(slot.value)} slim pressed={given[criterion.id] === slot.value}
                  disabled={readOnly && given[criterion.id] !== slot.value}
                  hint={row === criterion.id && !readOnly ? slot.key : ''}
                  onClick={() => !readOnly && onSlot(slot, criterion.id)}
                >
                  {slot.label}
                </Button>
              ))}
            </div>
          </div>
        ))}
      </div>
    </>
  );
}

export function Steps({ question, data, answers, slots, row, readOnly, onSlot, onRow }: QuestionProps) {
  const items = itemsAt(data, question.from);
  const steps = stepIndexes(question, data);
  const ratings = listOf(answers[question.id]);
  const stop = question.stop_at_first_error ? ratings.indexOf(-1) : -1;
  return (
    <>
      {stop >= 0 ? <p class="small soft">{t.work.stopped}</p> : null}
      <div>
        {steps.map((index, place) => {
          const id = String(place);
          const text = plainText(items[index]).replace(/\s+/g, ' ').slice(0, 90);
          const beyond = stop >= 0 && place > stop;
          return (
            <div
              key={id} class={`criterion${row === id && !readOnly ? ' current' : ''}`} role="group" aria-label={t.work.step(place + 1)}
              data-row={id} onFocusCapture={() => onRow(id)}
            >
              <div class="small"><strong>{t.work.step(place + 1)}</strong> <span class="soft">{text}</span></div>
              <div class="row">
                {slots.map((slot) => (
                  <Button
                    key={String(slot.value)} slim pressed={ratings[place] === slot.value}
                    disabled={beyond || (readOnly && ratings[place] !== slot.value)}
                    hint={row === id && !readOnly ? slot.key : ''} onClick={() => !readOnly && onSlot(slot, id)}
                  >
                    {slot.label}
                  </Button>
                ))}
              </div>
            </div>
          );
        })}
      </div>
    </>
  );
}

/** A place for each item; equal places are ties where the form allows them. */
export function Rank({ question, data, order, answers, readOnly, onChange }: QuestionProps) {
  const letters = itemsAt(data, question.from).map((_, i) => String.fromCharCode(97 + i));
  const items = question.from
    ? (order.length === letters.length ? order : letters.map((_, i) => i)).map((index, place) => ({ id: letters[index] ?? '', label: t.work.response(place + 1) }))
    : question.options.map((o) => ({ id: o.value, label: o.label }));
  const tiers = listOf(answers[question.id]).map((tier) => listOf(tier).map(String));
  const placeOf = (id: string): number => tiers.findIndex((tier) => tier.includes(id)) + 1;
  const set = (id: string, place: number): void => {
    const next = tiers.map((tier) => tier.filter((x) => x !== id));
    if (place > 0) {
      while (next.length < place) next.push([]);
      if (question.ties) next[place - 1]?.push(id);
      else next.splice(place - 1, 0, [id]);
    }
    const filled = next.filter((tier) => tier.length > 0);
    onChange({ ...answers, [question.id]: filled.length > 0 ? filled : undefined });
  };
  return (
    <>
      <p class="small soft">{t.work.rankHelp}</p>
      {items.map(({ id, label }) => (
        <label key={id} class="row between">
          <span>{label}</span>
          <select class="input short" disabled={readOnly} value={String(placeOf(id))} onChange={(e) => set(id, Number(e.currentTarget.value))}>
            <option value="0">–</option>
            {items.map((_, i) => <option key={i} value={String(i + 1)}>{i + 1}</option>)}
          </select>
        </label>
      ))}
    </>
  );
}
