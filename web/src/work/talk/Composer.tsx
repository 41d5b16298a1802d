// Where the next message is written: Enter sends, Shift+Enter begins a line. It says why nothing can be sent, when nothing can;
// writing goes on all the while.
import { useRef } from 'preact/hooks';
import { t } from '../../strings/talk';
import { Button } from '../../ui/Button';
import { useGrowing } from './useGrowing';

export function Composer({ text, note, problem, canSend, canStop, disabled, keyHint, onText, onSend, onStop, onLook }: {
  text: string;
  /** The turn, or what is to be done before the next. */
  note: string;
  problem: string | null;
  canSend: boolean;
  canStop: boolean;
  /** The dialogue is at its end. */
  disabled: boolean;
  keyHint: string;
  onText: (text: string) => void;
  onSend: () => void;
  onStop: () => void;
  onLook: (() => void) | null;
}) {
  const area = useRef<HTMLTextAreaElement>(null);
  useGrowing(area, text);
  return (
    <div class={disabled && text === '' ? 'talk-composer over' : 'talk-composer'}>
      {problem ? (
        <div class="row between talk-problem" role="alert">
          <span class="small">{problem}</span>
          {onLook ? <Button slim onClick={onLook}>{t.talk.reload}</Button> : null}
        </div>
      ) : null}
      {disabled && text === '' ? null : (
        <textarea
          ref={area} class="input" dir="auto" rows={1} value={text} placeholder={t.talk.placeholder} aria-label={t.talk.message} data-begin data-talk-message
          aria-keyshortcuts={keyHint || undefined} enterkeyhint="send" onInput={(event) => onText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && canStop) {
              event.preventDefault();
              return onStop();
            }
            if (event.key !== 'Enter' || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
            event.preventDefault();
            if (canSend) onSend();
          }}
        />
      )}
      <div class="row between">
        <span class="small soft num" data-talk-note>{note}</span>
        <span class="row">
          {canStop ? <Button slim hint="x" onClick={onStop}>{t.talk.stop}</Button> : null}
          {disabled ? null : <Button slim look="primary" disabled={!canSend} title={t.talk.sendHint} hint="⏎" onClick={onSend}>{t.talk.send}</Button>}
        </span>
      </div>
    </div>
  );
}
