// Short messages that go by themselves, in a live region that is always there (one that appears with its text is not read).
import { useEffect, useState } from 'preact/hooks';
import { t } from '../strings';
import { Button } from './Button';

interface Message {
  id: number;
  text: string;
  undo?: () => void;
}

const kShownMs = 6000;
const kMostAtOnce = 3;
let nextId = 1;
let messages: Message[] = [];
const listeners = new Set<(messages: Message[]) => void>();

function publish(next: Message[]): void {
  messages = next;
  for (const listen of listeners) listen(messages);
}

export function toast(text: string, undo?: () => void): void {
  const message: Message = undo ? { id: nextId++, text, undo } : { id: nextId++, text };
  publish([...messages, message].slice(-kMostAtOnce));
  setTimeout(() => publish(messages.filter((m) => m.id !== message.id)), kShownMs);
}

export function Toasts() {
  const [shown, setShown] = useState(messages);
  useEffect(() => {
    listeners.add(setShown);
    return () => void listeners.delete(setShown);
  }, []);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.map((message) => (
        <div key={message.id} class="toast">
          <span>{message.text}</span>
          {message.undo ? (
            <Button
              slim
              onClick={() => {
                message.undo?.();
                publish(messages.filter((m) => m.id !== message.id));
              }}
            >
              {t.common.undo}
            </Button>
          ) : null}
        </div>
      ))}
    </div>
  );
}
