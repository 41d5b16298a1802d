// Short messages that go by themselves, in a live region that is always there (one that appears with its text is not read).
// One with an undo counts down, and waits while somebody points at it or has the focus in it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { onForget } from '../dark/forget';
import { t } from '../strings';
import { Button } from './Button';

export interface ToastOptions {
  /** How long it stays. */
  ms?: number;
  tone?: 'good' | 'bad';
  /** Called once when it goes without the undo: what was only promised is done now. */
  onEnd?: () => void;
}

interface Message extends ToastOptions {
  id: number;
  text: string;
  undo?: () => void;
}

const kShownMs = 6000;
const kUndoMs = 8000;
const kTickMs = 250;
const kMostAtOnce = 3;
let nextId = 1;
let messages: Message[] = [];
const listeners = new Set<(messages: Message[]) => void>();

function publish(next: Message[]): void {
  for (const gone of messages) if (!next.includes(gone)) gone.onEnd?.();
  messages = next;
  for (const listen of listeners) listen(messages);
}

onForget(() => publish([]));

export function toast(text: string, undo?: () => void, options: ToastOptions = {}): void {
  showToast(text, undo, options);
}

/** The same; returns its own end. */
export function showToast(text: string, undo?: () => void, options: ToastOptions = {}): () => void {
  const message: Message = { ...options, id: nextId++, text, ...(undo ? { undo } : {}) };
  publish([...messages, message].slice(-kMostAtOnce));
  return () => publish(messages.filter((m) => m !== message));
}

function One({ message }: { message: Message }) {
  const [left, setLeft] = useState(message.ms ?? (message.undo ? kUndoMs : kShownMs));
  const held = useRef(false);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!held.current) setLeft((ms) => ms - kTickMs);
    }, kTickMs);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (left <= 0) publish(messages.filter((m) => m !== message));
  }, [left <= 0]);
  const hold = (on: boolean) => () => {
    held.current = on;
  };
  const undo = (): void => {
    delete message.onEnd;
    message.undo?.();
    publish(messages.filter((m) => m !== message));
  };
  return (
    <div
      class={`toast${message.tone ? ` ${message.tone}` : ''}`} onPointerEnter={hold(true)} onPointerLeave={hold(false)}
      onFocusIn={hold(true)} onFocusOut={hold(false)}
    >
      <span>{message.text}</span>
      {message.undo ? (
        <Button slim onClick={undo} aria-label={t.common.undo}>
          <span aria-hidden="true">{t.ui.undoIn(Math.max(1, Math.ceil(left / 1000)))}</span>
        </Button>
      ) : null}
    </div>
  );
}

export function Toasts() {
  const [shown, setShown] = useState(messages);
  useEffect(() => {
    listeners.add(setShown);
    setShown(messages);
    return () => void listeners.delete(setShown);
  }, []);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.map((message) => <One key={message.id} message={message} />)}
    </div>
  );
}
