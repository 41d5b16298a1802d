import type { ComponentChildren, JSX } from 'preact';

export interface ButtonProps extends Omit<JSX.HTMLAttributes<HTMLButtonElement>, 'icon'> {
  look?: 'plain' | 'primary' | 'quiet' | 'danger';
  slim?: boolean;
  busy?: boolean;
  pressed?: boolean;
  hint?: string;
  disabled?: boolean;
  type?: 'button' | 'submit';
  children: ComponentChildren;
}

/** A native button; `hint` prints the key that does the same. */
export function Button({ look = 'plain', slim, busy, pressed, hint, children, class: extra, disabled, type, ...rest }: ButtonProps) {
  const names = ['button', look === 'plain' ? '' : look, slim ? 'slim' : '', busy ? 'busy' : '', String(extra ?? '')];
  return (
    <button
      type={type ?? 'button'} class={names.filter(Boolean).join(' ')} aria-pressed={pressed} aria-busy={busy || undefined}
      aria-keyshortcuts={hint || undefined} disabled={disabled || busy} {...rest}
    >
      {children}
      {hint ? <Key name={hint} /> : null}
    </button>
  );
}

export function Key({ name }: { name: string }) {
  return <kbd aria-hidden="true">{name}</kbd>;
}

export function LinkButton({ look = 'plain', slim, to, children }: {
  look?: 'plain' | 'primary' | 'quiet'; slim?: boolean; to: string; children: ComponentChildren;
}) {
  return <a class={`button${look === 'plain' ? '' : ` ${look}`}${slim ? ' slim' : ''}`} href={to}>{children}</a>;
}

/** One of a few views of the same thing. */
export function Segmented<V extends string>({ label, options, value, onChange }: {
  label: string; options: [V, string][]; value: V; onChange: (value: V) => void;
}) {
  return (
    <div class="segmented" role="group" aria-label={label}>
      {options.map(([id, text]) => (
        <button key={id} type="button" aria-pressed={id === value} onClick={() => onChange(id)}>{text}</button>
      ))}
    </div>
  );
}
