import { useEffect, useId, useState } from 'preact/hooks';
import { t } from '../../../strings';
import { Button } from '../../../ui/Button';
import { batchName } from './batchName';

export function BatchFilter({ batches, value, onChange }: { batches: { id: string; name: string }[]; value: string; onChange: (id: string) => void }) {
  const id = useId();
  if (batches.length < 2 && !value) return null;
  return (
    <span class="inline-form">
      <label class="chips-label" for={id}>{t.tasks.batch}</label>
      <select id={id} class="input" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{t.ui.all}</option>
        {batches.map((b) => <option key={b.id} value={b.id}>{batchName(b)}</option>)}
      </select>
    </span>
  );
}

/** By the whole key: keys are sealed in the store, so a part of one finds nothing. */
export function KeyLookUp({ value, onChange }: { value: string; onChange: (key: string) => void }) {
  const [text, setText] = useState(value);
  const id = useId();
  useEffect(() => setText(value), [value]);
  return (
    <form
      class="inline-form" role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onChange(text.trim());
      }}
    >
      <label class="chips-label" for={id}>{t.tasks.byKey}</label>
      <input
        id={id} class="input" type="search" value={text} autocomplete="off" placeholder={t.tasks.wholeKey} maxLength={500}
        onInput={(event) => {
          setText(event.currentTarget.value);
          if (event.currentTarget.value === '') onChange('');
        }}
      />
      <Button slim type="submit" disabled={text.trim() === value}>{t.ui.lookUp}</Button>
    </form>
  );
}
