import { useId } from 'preact/hooks';

/** A time of day, in the browser's own field for it. */
export function ClockField({ label, value, error, autofocus, onInput }: {
  label: string; value: string; error?: string | null; autofocus?: boolean; onInput: (value: string) => void;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id} class="input short" type="time" required value={value} autofocus={autofocus} aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : undefined} onInput={(e) => onInput(e.currentTarget.value)}
      />
      {error ? <span class="error" id={`${id}-error`} role="alert">{error}</span> : null}
    </div>
  );
}
