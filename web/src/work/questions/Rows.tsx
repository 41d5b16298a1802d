// Questions that are answered row by row: the criteria of a rubric, and steps with three faces. The current row shows the
// keys; up and down go through the rows, n to the next open one.
import type { Json } from '../../api/types';
import { t } from '../../strings';
import { formatCount } from '../../ui/format';
import { Button } from '../../ui/Button';
import { unstop } from '../answers';
import { itemsAt, stepIndexes } from '../form';
import { readCriteria, scoreParts } from '../score';
import type { Slot } from '../slots';
import { plainText } from '../views/messages';
import { OptionGrid, SlotButton } from './parts';
import { listOf, objectOf, type QuestionProps } from './types';

const kExcerpt = 90;
const kMouths: Record<string, string> = { '1': 'M5.5 10 Q8 12.6 10.5 10', '0': 'M5.5 10.7 H10.5', '-1': 'M5.5 11.6 Q8 9 10.5 11.6' };

/** A face for right, neutral or wrong. It never stands without its word. */
export function Face({ value }: { value: Json }) {
  const mouth = kMouths[String(value)];
  return mouth === undefined ? null : (
    <svg class={`face face-${value === 1 ? 'good' : value === 0 ? 'neutral' : 'bad'}`} viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="8" cy="8" r="7" /><path d="M5.6 6 V7 M10.4 6 V7" /><path d={mouth} />
    </svg>
  );
}

function RowButtons({ slots, given, current, disabled, readOnly, leader, label, faces, onSlot }: {
  slots: Slot[]; given: Json | undefined; current: boolean; disabled: boolean; readOnly: boolean; leader: string; label: string;
  faces?: boolean; onSlot: (slot: Slot) => void;
}) {
  return (
    <OptionGrid look="row-buttons" label={label}>
      {slots.map((slot) => (
        <SlotButton
          key={String(slot.value)} slot={slot} slim leader={leader} pressed={given === slot.value} hint={current && !readOnly}
          disabled={disabled || (readOnly && given !== slot.value)} onPress={() => !readOnly && onSlot(slot)}
          icon={faces ? <Face value={slot.value} /> : null}
        />
      ))}
    </OptionGrid>
  );
}

function Score({ criteria, given }: { criteria: ReturnType<typeof readCriteria>; given: ReturnType<typeof objectOf> }) {
  const parts = scoreParts(criteria, given);
  return (
    <div class="score-box">
      <div class="score" aria-live="polite">
        <span>{t.work.score}</span>
        <span>
          {parts.score === null ? t.work.scoreNone : parts.score.toFixed(2)}
          {parts.possible > 0 ? <span class="soft small"> · {t.answering.scoreOf(formatCount(parts.met), formatCount(parts.possible))}</span> : null}
        </span>
      </div>
      <progress class="score-bar" max={1} value={parts.score ?? 0} aria-label={t.work.score} />
      <p class="small soft">
        {t.answering.judged(parts.judged, criteria.length)}
        {parts.notAssessed > 0 ? ` · ${t.answering.notAssessed(parts.notAssessed)}` : ''}
      </p>
      {parts.gateFailed ? <p class="small warn">{t.answering.gateFailed}</p> : null}
    </div>
  );
}

export function Rubric({ question, data, answers, slots, row, readOnly, leader, onSlot, onRow }: QuestionProps) {
  const criteria = readCriteria(itemsAt(data, question.from));
  const given = objectOf(answers[question.id]);
  const buttons = slots.filter((s) => s.part === 'row');
  return (
    <>
      <Score criteria={criteria} given={given} />
      <div>
        {criteria.map((criterion, i) => {
          const current = row === criterion.id && !readOnly;
          return (
            <div
              key={criterion.id} class={current ? 'criterion current' : 'criterion'} role="group" aria-current={current || undefined}
              aria-label={t.answering.row.criterion(i + 1)} data-row={criterion.id} onFocusCapture={() => onRow(criterion.id)}
            >
              <div class="text">
                <span dir="auto">{criterion.criterion}</span>
                <span class="line-row">
                  {criterion.gate ? <span class="pill warn" title={t.work.gateHelp}>{t.work.gate}</span> : null}
                  <span class="pill num" title={t.answering.points(t.work.points(criterion.points))}>{t.work.points(criterion.points)}</span>
                </span>
              </div>
              <RowButtons
                slots={buttons} given={given[criterion.id]} current={current} disabled={false} readOnly={readOnly} leader={leader}
                label={criterion.criterion} onSlot={(slot) => onSlot(slot, criterion.id)}
              />
            </div>
          );
        })}
      </div>
    </>
  );
}

export function Steps({ question, data, answers, slots, row, readOnly, leader, onSlot, onRow, update }: QuestionProps) {
  const items = itemsAt(data, question.from);
  const steps = stepIndexes(question, data);
  const ratings = listOf(answers[question.id]);
  const stop = question.stop_at_first_error ? ratings.indexOf(-1) : -1;
  const buttons = slots.filter((s) => s.part === 'row');
  return (
    <>
      {stop >= 0 ? (
        <div class="row between">
          <p class="small">{t.answering.stopped(stop + 1)}</p>
          {readOnly ? null : (
            <Button slim onClick={() => update((all) => unstop(question, data, all))}>{t.answering.takeBack}</Button>
          )}
        </div>
      ) : <p class="small soft">{t.answering.rated(ratings.filter((r) => r !== null).length, steps.length)}</p>}
      <div>
        {steps.map((index, place) => {
          const id = String(place);
          const beyond = stop >= 0 && place > stop;
          const current = row === id && !readOnly && !beyond;
          return (
            <div
              key={id} class={`criterion${current ? ' current' : ''}${beyond ? ' beyond' : ''}`} role="group" aria-label={t.work.step(place + 1)}
              aria-current={current || undefined} data-row={id} onFocusCapture={() => onRow(id)}
            >
              <div class="small">
                <strong>{t.work.step(place + 1)}</strong>{' '}
                {beyond ? <span class="pill">{t.answering.notNeeded}</span> : null}{' '}
                <span class="soft" dir="auto">{plainText(items[index]).slice(0, 4 * kExcerpt).replace(/\s+/g, ' ').slice(0, kExcerpt)}</span>
              </div>
              <RowButtons
                slots={buttons} given={ratings[place]} current={current} disabled={beyond} readOnly={readOnly} leader={leader} faces
                label={t.work.step(place + 1)} onSlot={(slot) => onSlot(slot, id)}
              />
            </div>
          );
        })}
      </div>
    </>
  );
}
