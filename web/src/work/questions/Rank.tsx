// A ranking: keys from best to worst, a handle to drag by, buttons up and down, and a place to choose (equal places tie).
import { useRef, useState } from 'preact/hooks';
import { t } from '../../strings';
import { setAnswer } from '../answers';
import { dropped, placed, placeIn, readTiers, shifted, type Tiers } from '../rank';
import type { Slot } from '../slots';
import { mainSlots, SlotKey } from './parts';
import type { QuestionProps } from './types';

interface Drag {
  id: string;
  place: number;
}

/** In front of which group a pointer is: the groups' own boxes on the screen decide. */
function placeAt(list: HTMLElement, y: number): number {
  const tiers = [...list.querySelectorAll<HTMLElement>('[data-tier]')];
  const before = tiers.findIndex((tier) => {
    const box = tier.getBoundingClientRect();
    return y < box.top + box.height / 2;
  });
  return before < 0 ? tiers.length : before;
}

export function Rank({ question, answers, slots, readOnly, leader, update, onSlot }: QuestionProps) {
  const list = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const items = mainSlots(slots);
  const tiers = readTiers(answers[question.id]);
  const change = (next: (tiers: Tiers) => Tiers): void => update((all) => {
    const value = next(readTiers(all[question.id]));
    return setAnswer(all, question.id, value.length > 0 ? value : undefined);
  });
  const grip = (id: string) => ({
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0 || readOnly) return;
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      setDrag({ id, place: placeIn(tiers, id) });
    },
    onPointerMove: (event: PointerEvent) => {
      if (drag?.id === id && list.current) setDrag({ id, place: placeAt(list.current, event.clientY) });
    },
    onPointerUp: () => {
      if (drag?.id === id) change((now) => dropped(now, id, Math.max(0, drag.place)));
      setDrag(null);
    },
    onPointerCancel: () => setDrag(null),
  });
  const item = (slot: Slot) => {
    const id = String(slot.value);
    const place = placeIn(tiers, id);
    return (
      <div key={id} class={`rank-item${drag?.id === id ? ' dragged' : ''}`} data-item={id}>
        {readOnly ? null : <span class="grip" title={t.answering.rank.drag(slot.label)} aria-hidden="true" {...grip(id)}>⠿</span>}
        <button
          type="button" class="button quiet rank-name" aria-pressed={place >= 0} disabled={readOnly}
          aria-keyshortcuts={slot.key.length === 1 ? slot.key : undefined} onClick={() => onSlot(slot)}
        >
          <span class="name" dir="auto">{slot.label}</span>{readOnly ? null : <SlotKey slot={slot} leader={leader} />}
        </button>
        {readOnly ? null : (
          <span class="line-row">
            <select
              class="input rank-place" aria-label={t.answering.rank.place(slot.label)} value={String(place)}
              onChange={(e) => { const to = Number(e.currentTarget.value); change((now) => placed(now, id, to, question.ties)); }}
            >
              <option value="-1">–</option>
              {items.map((_, i) => <option key={i} value={String(i)}>{i + 1}</option>)}
            </select>
            <button type="button" class="button slim icon" disabled={place <= 0 && (tiers[0]?.length ?? 0) < 2} aria-label={t.answering.rank.up(slot.label)} onClick={() => change((now) => shifted(now, id, -1))}>↑</button>
            <button type="button" class="button slim icon" disabled={place < 0 || (place === tiers.length - 1 && (tiers[place]?.length ?? 0) < 2)} aria-label={t.answering.rank.down(slot.label)} onClick={() => change((now) => shifted(now, id, 1))}>↓</button>
          </span>
        )}
      </div>
    );
  };
  const slotOf = (id: string): Slot | undefined => items.find((s) => s.value === id);
  const open = items.filter((s) => placeIn(tiers, String(s.value)) < 0);
  return (
    <div class="stack tight" ref={list}>
      {readOnly ? null : <p class="small soft">{t.answering.rank.help}{question.ties ? ` ${t.answering.rank.ties}` : ''}</p>}
      {tiers.length > 0 ? (
        <ol class="rank-list" aria-label={t.answering.rank.placed}>
          {tiers.map((tier, i) => (
            <li key={tier.join()} data-tier={i} class={drag?.place === i ? 'before' : drag?.place === i + 1 && i === tiers.length - 1 ? 'behind' : ''}>
              {tier.map((id) => { const slot = slotOf(id); return slot ? item(slot) : null; })}
            </li>
          ))}
        </ol>
      ) : null}
      {open.length > 0 ? (
        <div class="stack tight" role="group" aria-label={t.answering.rank.open}>
          <span class="small soft">{t.answering.rank.open}</span>
          {open.map(item)}
        </div>
      ) : null}
    </div>
  );
}
