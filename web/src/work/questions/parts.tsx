// What several kinds of questions share: a button with its key printed on it, and a list of labels to choose from.
import { Component, type ComponentChildren } from 'preact';
import type { Slot } from '../slots';

/** The caps of a key: two of them where two presses are needed; the second stands out once the first is pressed. */
export function SlotKey({ slot, leader = '' }: { slot: Slot; leader?: string }) {
  if (slot.key === '') return null;
  const waiting = slot.key.length === 2 && slot.key.charAt(0) === leader;
  return (
    <span class={waiting ? 'caps waiting' : 'caps'} aria-hidden="true">
      {[...slot.key].map((key, i) => <kbd key={i}>{key}</kbd>)}
    </span>
  );
}

/** Left and right (and up and down in a list) go to the next option; the space bar presses it, as on any button. */
function moveFocus(event: KeyboardEvent): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step || event.ctrlKey || event.altKey || event.metaKey || !(event.currentTarget instanceof HTMLElement)) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('button:not(:disabled)')];
  const at = all.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  const turned = getComputedStyle(event.currentTarget).direction === 'rtl' ? -step : step;
  all[(at + turned + all.length) % all.length]?.focus();
  event.preventDefault();
}

export function OptionGrid({ look = '', label, children }: { look?: string; label?: string; children: ComponentChildren }) {
  return (
    <div class={`options ${look}`} role={label ? 'group' : undefined} aria-label={label} onKeyDown={moveFocus}>{children}</div>
  );
}

export function SlotButton({ slot, pressed, disabled, onPress, slim, hint = true, leader, icon, label }: {
  slot: Slot; pressed?: boolean; disabled?: boolean; onPress: () => void; slim?: boolean; hint?: boolean; leader?: string;
  icon?: ComponentChildren; label?: string;
}) {
  return (
    <button
      type="button" class={`button option${slim ? ' slim' : ''}`} aria-pressed={pressed} disabled={disabled} title={slot.help}
      aria-keyshortcuts={hint && slot.key.length === 1 ? slot.key : undefined} data-slot={slot.part} onClick={onPress}
    >
      <span class="name" dir="auto">{icon}{label ?? slot.label}</span>
      {slot.help ? <span class="option-help small soft" dir="auto">{slot.help}</span> : null}
      {hint ? <SlotKey slot={slot} leader={leader ?? ''} /> : null}
    </button>
  );
}

export const mainSlots = (slots: Slot[]): Slot[] => slots.filter((s) => s.part === 'main');
export const slotFor = (slots: Slot[], part: Slot['part']): Slot | undefined => slots.find((s) => s.part === part);

/** Draws its children again only when `keep` says that something changed; an error in them shows `otherwise`. */
export class Guard extends Component<{ children: ComponentChildren; otherwise: () => ComponentChildren }, { failed: boolean }> {
  override state = { failed: false };
  override componentDidCatch(error: unknown): void {
    console.warn('a part of the task cannot be drawn', error);
    this.setState({ failed: true });
  }
  override render() {
    return this.state.failed ? this.props.otherwise() : this.props.children;
  }
}
