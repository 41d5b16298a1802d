import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../strings';

interface Base {
  label: string;
  help?: string;
  error?: string | null;
  optional?: boolean;
}

function Frame({ id, label, help, error, optional, children }: Base & { id: string; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={id}>
        {label}{optional ? <span class="soft small"> ({t.common.optional})</span> : null}
      </label>
      {children}
      {help ? <span class="help" id={`${id}-help`}>{help}</span> : null}
      {error ? <span class="error" id={`${id}-error`} role="alert">{error}</span> : null}
    </div>
  );
}

const described = (id: string, { help, error }: Base): string | undefined =>
  [help ? `${id}-help` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined;

export function TextField(props: Base & {
  value: string; onInput: (value: string) => void; type?: 'text' | 'email' | 'password' | 'date' | 'search' | 'url';
  autocomplete?: string; required?: boolean; maxLength?: number; autofocus?: boolean;
}) {
  const id = useId();
  return (
    <Frame id={id} {...props}>
      <input
        id={id} class="input" type={props.type ?? 'text'} value={props.value} autocomplete={props.autocomplete ?? 'off'}
        required={props.required} maxLength={props.maxLength} autofocus={props.autofocus} aria-invalid={props.error ? true : undefined}
        aria-describedby={described(id, props)} onInput={(e) => props.onInput(e.currentTarget.value)}
      />
    </Frame>
  );
}

export function TextArea(props: Base & {
  value: string; onInput: (value: string) => void; rows?: number; code?: boolean; readOnly?: boolean;
}) {
  const id = useId();
  return (
    <Frame id={id} {...props}>
      <textarea
        id={id} class={props.code ? 'input code' : 'input'} rows={props.rows ?? 5} value={props.value} readOnly={props.readOnly}
        aria-invalid={props.error ? true : undefined} aria-describedby={described(id, props)}
        onInput={(e) => props.onInput(e.currentTarget.value)}
      />
    </Frame>
  );
}

export function NumberField(props: Base & {
  value: number; onInput: (value: number) => void; min: number; max: number;
}) {
  const id = useId();
  return (
    <Frame id={id} {...props}>
      <input
        id={id} class="input short" type="number" inputMode="numeric" min={props.min} max={props.max} step={1} value={props.value}
        aria-invalid={props.error ? true : undefined} aria-describedby={described(id, props)}
        onInput={(e) => {
          const value = e.currentTarget.valueAsNumber;
          if (Number.isFinite(value)) props.onInput(Math.min(props.max, Math.max(props.min, Math.round(value))));
        }}
      />
    </Frame>
  );
}

export function Select<V extends string>(props: Base & {
  value: V; options: [V, string][]; onInput: (value: V) => void;
}) {
  const id = useId();
  return (
    <Frame id={id} {...props}>
      <select
        id={id} class="input" value={props.value} aria-describedby={described(id, props)}
        onChange={(e) => props.onInput(e.currentTarget.value as V)}
      >
        {props.options.map(([value, label]) => <option key={value} value={value}>{label}</option>)}
      </select>
    </Frame>
  );
}

export function Check({ label, help, value, onInput }: {
  label: string; help?: string; value: boolean; onInput: (value: boolean) => void;
}) {
  const id = useId();
  return (
    <div class="check">
      <input
        id={id} type="checkbox" checked={value} aria-describedby={help ? `${id}-help` : undefined}
        onChange={(e) => onInput(e.currentTarget.checked)}
      />
      <div>
        <label for={id}>{label}</label>
        {help ? <span class="help small soft" id={`${id}-help`}>{help}</span> : null}
      </div>
    </div>
  );
}

/** Radio buttons with room for a sentence each. */
export function ChoiceCards<V extends string>({ label, options, value, onInput }: {
  label: string; options: { value: V; label: string; help?: string }[]; value: V; onInput: (value: V) => void;
}) {
  const name = useId();
  return (
    <fieldset class="field">
      <legend>{label}</legend>
      <div class="cards">
        {options.map((option) => (
          <label key={option.value} class="choice-card">
            <input
              type="radio" name={name} value={option.value} checked={option.value === value}
              onChange={() => onInput(option.value)}
            />
            <strong>{option.label}</strong>
            {option.help ? <span class="help">{option.help}</span> : null}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
