import { useState } from 'preact/hooks';
import { t } from '../../../strings';

export interface Choice {
  id: string;
  label: string;
  note?: string;
}

const kSearchFrom = 8;
const kMostShown = 200;

/** Several out of a short list, found by typing. What is typed stays in the page. */
export function Picker({ label, choices, on, onChange, empty }: {
  label: string; choices: Choice[]; on: string[]; onChange: (on: string[]) => void; empty: string;
}) {
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const found = choices.filter((c) => !wanted || c.label.toLowerCase().includes(wanted)).slice(0, kMostShown);
  const flip = (id: string): void => onChange(on.includes(id) ? on.filter((x) => x !== id) : [...on, id]);
  return (
    <fieldset class="field picker">
      <legend>{label} <span class="soft small num">{on.length > 0 ? t.ui.selected(String(on.length)) : ''}</span></legend>
      {choices.length >= kSearchFrom ? (
        <input class="input" type="search" aria-label={t.ui.search} placeholder={t.ui.search} value={search} onInput={(e) => setSearch(e.currentTarget.value)} />
      ) : null}
      {choices.length === 0 ? <p class="soft small">{empty}</p> : (
        <div class="picker-list" tabIndex={0}>
          {found.map((c) => (
            <label key={c.id}>
              <input type="checkbox" checked={on.includes(c.id)} onChange={() => flip(c.id)} />
              <span>{c.label}{c.note ? <span class="soft small"> · {c.note}</span> : null}</span>
            </label>
          ))}
        </div>
      )}
    </fieldset>
  );
}
