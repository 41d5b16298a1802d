import type { ComponentChildren } from 'preact';
import { t } from '../strings';
import { adoptStyle } from './adopt';
import css from '../style/tables.lazy.css';

adoptStyle(css);

/** Filters of a closed set: any number of them at once; none means all. */
export function Chips<V extends string>({ label, options, on, onChange }: {
  label: string; options: [V, string, number?][]; on: V[]; onChange: (on: V[]) => void;
}) {
  const set = (word: V): void => onChange(on.includes(word) ? on.filter((x) => x !== word) : [...on, word]);
  return (
    <div class="chips" role="group" aria-label={label}>
      <span class="chips-label" aria-hidden="true">{label}</span>
      <button type="button" class="chip" aria-pressed={on.length === 0} onClick={() => onChange([])}>{t.ui.all}</button>
      {options.map(([id, text]) => (
        <button key={id} type="button" class="chip" aria-pressed={on.includes(id)} onClick={() => set(id)}>{text}</button>
      ))}
    </div>
  );
}

export function FilterBar({ children, onClear }: { children: ComponentChildren; onClear?: (() => void) | null }) {
  return (
    <div class="filter-bar">
      {children}
      {onClear ? <button type="button" class="button quiet slim" onClick={onClear}>{t.ui.clearFilters}</button> : null}
    </div>
  );
}
