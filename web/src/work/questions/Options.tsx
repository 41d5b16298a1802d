// Questions that are answered by pressing one or more of a few buttons: one, many, rating, compare.
import { t } from '../../strings';
import { mainSlots, OptionGrid, SlotButton } from './parts';
import type { QuestionProps } from './types';

const kLongLabel = 22;

export function Options({ question, answers, slots, readOnly, leader, onSlot }: QuestionProps) {
  const value = answers[question.id];
  const main = mainSlots(slots);
  const strength = slots.filter((s) => s.part === 'strength');
  const compared = typeof value === 'string' && value.length === 1;
  const long = main.some((s) => s.label.length > kLongLabel || s.help);
  const isPressed = (v: string | number | boolean | null): boolean => (Array.isArray(value) ? value.includes(v) : value === v);
  return (
    <>
      {question.kind === 'rating' && (question.min_label || question.max_label) ? (
        <div class="row between small soft"><span dir="auto">{question.min_label}</span><span dir="auto">{question.max_label}</span></div>
      ) : null}
      <OptionGrid look={question.kind === 'rating' ? 'scale' : long ? 'wide' : ''}>
        {main.map((slot) => (
          <SlotButton
            key={String(slot.value)} slot={slot} leader={leader} hint={!readOnly} disabled={readOnly && !isPressed(slot.value)}
            pressed={isPressed(slot.value)} onPress={() => !readOnly && onSlot(slot)}
          />
        ))}
      </OptionGrid>
      {question.kind === 'many' && question.max_items < main.length && Array.isArray(value) ? (
        <p class="small soft">{t.answering.chosenOf(value.length, question.max_items)}</p>
      ) : null}
      {strength.length > 0 && compared ? (
        <div class="stack tight">
          <span class="small">{t.work.strength}</span>
          <OptionGrid look="narrow" label={t.work.strength}>
            {strength.map((slot) => (
              <SlotButton
                key={String(slot.value)} slot={slot} leader={leader} hint={!readOnly}
                disabled={readOnly && answers[question.strength_id] !== slot.value}
                pressed={answers[question.strength_id] === slot.value} onPress={() => !readOnly && onSlot(slot)}
              />
            ))}
          </OptionGrid>
        </div>
      ) : null}
    </>
  );
}
