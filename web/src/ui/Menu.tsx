import type { ComponentChildren } from 'preact';
import { Popover } from './Popover';

export interface MenuItem {
  id: string;
  label: string;
  run: () => void;
  danger?: boolean;
  disabled?: boolean;
  /** Why it cannot be done, or what it does. */
  hint?: string;
}

function move(event: KeyboardEvent, list: HTMLElement): void {
  const items = [...list.querySelectorAll<HTMLElement>('[role=menuitem]:not(:disabled)')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = event.key === 'ArrowDown' ? at + 1 : event.key === 'ArrowUp' ? at - 1 : event.key === 'Home' ? 0 : event.key === 'End' ? -1 : null;
  if (to === null || items.length === 0) return;
  event.preventDefault();
  event.stopPropagation();
  items.at(to % items.length)?.focus();
}

/** A button with a list of deeds. `label` names what they are done to. */
export function Menu({ label, items, children, slim = true, alignEnd = true }: {
  label: string; items: MenuItem[]; children?: ComponentChildren; slim?: boolean; alignEnd?: boolean;
}) {
  if (items.length === 0) return null;
  return (
    <Popover
      role="menu" label={label} alignEnd={alignEnd}
      button={(props) => (
        <button type="button" class={`button quiet${slim ? ' slim' : ''}${children ? '' : ' icon'}`} aria-label={children ? undefined : label} {...props}>
          {children ?? <Dots />}
        </button>
      )}
    >
      {(close) => (
        <div class="menu" role="none" onKeyDown={(event) => move(event, event.currentTarget)}>
          {items.map((item) => (
            <button
              key={item.id} type="button" role="menuitem" class={item.danger ? 'danger' : ''} disabled={item.disabled}
              onClick={() => {
                close();
                item.run();
              }}
            >
              <span>{item.label}</span>
              {item.hint ? <span class="hint">{item.hint}</span> : null}
            </button>
          ))}
        </div>
      )}
    </Popover>
  );
}

function Dots() {
  return (
    <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" fill="currentColor">
      <circle cx="4" cy="10" r="1.7" /><circle cx="10" cy="10" r="1.7" /><circle cx="16" cy="10" r="1.7" />
    </svg>
  );
}

/** Check boxes behind a button, such as the columns of a table. */
export function CheckMenu({ label, options, on, onChange }: {
  label: string; options: [string, string][]; on: string[]; onChange: (on: string[]) => void;
}) {
  return (
    <Popover
      label={label} alignEnd
      button={(props) => <button type="button" class="button slim" {...props}>{label}</button>}
    >
      {() => (
        <fieldset class="menu checks">
          <legend class="sr-only">{label}</legend>
          {options.map(([id, text]) => (
            <label key={id}>
              <input
                type="checkbox" checked={on.includes(id)}
                onChange={() => onChange(on.includes(id) ? on.filter((x) => x !== id) : [...on, id])}
              />
              <span>{text}</span>
            </label>
          ))}
        </fieldset>
      )}
    </Popover>
  );
}
