// What boxes, segments and passages share: the list of what is marked, each with its label and its note.
import type { ComponentChildren } from 'preact';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import type { Slot } from '../slots';
import { mainSlots, OptionGrid, SlotButton } from './parts';

/** A label's place in the list of labels gives its look; its name always stands beside. */
export const lookOf = (slots: Slot[], label: string): string => {
  const at = mainSlots(slots).findIndex((s) => s.value === label);
  return `mark-${at < 0 ? 0 : at % 4}`;
};

export const labelName = (slots: Slot[], label: string): string => mainSlots(slots).find((s) => s.value === label)?.label ?? label;

/** The labels as buttons; a press must not take the selection or the focus from what is being marked. */
export function LabelButtons({ slots, leader, title, pressed, disabled, onLabel }: {
  slots: Slot[]; leader: string; title: string; pressed?: string; disabled?: boolean; onLabel: (label: string) => void;
}) {
  return (
    <div onMouseDown={(e) => e.preventDefault()}>
      <OptionGrid label={title}>
        {mainSlots(slots).map((slot) => (
          <SlotButton
            key={String(slot.value)} slot={slot} leader={leader} disabled={disabled} icon={<span class={`swatch ${lookOf(slots, String(slot.value))}`} aria-hidden="true" />}
            {...(pressed === undefined ? {} : { pressed: pressed === slot.value })} onPress={() => onLabel(String(slot.value))}
          />
        ))}
      </OptionGrid>
    </div>
  );
}

export interface MarkedItem {
  label: string;
  note?: string;
}

/** One row of the list: what it is, its label, its note, and what can be done with it. */
export function MarkedRow({ index, item, slots, current, readOnly, title, children, names, onChange, onRemove, onShow }: {
  index: number; item: MarkedItem; slots: Slot[]; current: boolean; readOnly: boolean; title: ComponentChildren; children?: ComponentChildren;
  names: { label: (n: number) => string; note: (n: number) => string; remove: (n: number) => string; show: (n: number) => string };
  onChange: (change: MarkedItem) => void; onRemove: () => void; onShow: () => void;
}) {
  const known = mainSlots(slots);
  return (
    <li class={current ? 'marked-row current' : 'marked-row'} aria-current={current || undefined} data-marked={index}>
      <div class="marked-title">
        <span class={`swatch ${lookOf(slots, item.label)}`} aria-hidden="true" />
        {readOnly ? <strong dir="auto">{labelName(slots, item.label)}</strong> : (
          <select
            class="input marked-label" aria-label={names.label(index + 1)} value={item.label}
            onChange={(e) => onChange({ ...item, label: e.currentTarget.value })}
          >
            {known.some((s) => s.value === item.label) ? null : <option value={item.label}>{item.label}</option>}
            {known.map((s) => <option key={String(s.value)} value={String(s.value)}>{s.label}</option>)}
          </select>
        )}
        <button type="button" class="marked-what" title={names.show(index + 1)} onClick={onShow}>{index + 1}. {title}</button>
      </div>
      {children}
      {readOnly ? (item.note ? <p class="small soft" dir="auto">{item.note}</p> : null) : (
        <div class="line-row">
          <input
            class="input marked-note" dir="auto" aria-label={names.note(index + 1)} placeholder={t.answering.spans.notePlaceholder} value={item.note ?? ''}
            data-note={index} maxLength={2000}
            onInput={(e) => { const note = e.currentTarget.value; onChange({ ...item, note }); }}
          />
          <Button slim look="quiet" aria-label={names.remove(index + 1)} onClick={onRemove}>{t.common.remove}</Button>
        </div>
      )}
    </li>
  );
}

/** An item as it is kept: without an empty note. */
export function kept<T extends MarkedItem>(item: T): T {
  if (item.note) return item;
  const { note: _, ...rest } = item;
  return rest as T;
}

export function focusNote(root: HTMLElement | null, index: number): void {
  root?.querySelector<HTMLElement>(`[data-note="${index}"]`)?.focus();
}
