// The seconds after a decision in which it can be taken back.
import { useEffect, useState } from 'preact/hooks';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { useCommands } from '../ui/commands';
import { toast } from '../ui/Toast';
import { localWork } from './local';
import type { Entry, OutgoingKind } from './record';

const kTickMs = 250;

function takeable(): Entry | null {
  const last = localWork.outbox.pending().at(-1);
  return last?.outgoing && !last.outgoing.late && last.outgoing.sendAt > Date.now() ? last : null;
}

function wordFor(kind: OutgoingKind): string {
  if (kind === 'skip') return t.journal.skipped;
  return kind === 'revise' ? t.journal.resubmitted : t.journal.submitted;
}

export function TakeBack({ onTakeBack }: { onTakeBack: () => boolean }) {
  const [entry, setEntry] = useState<Entry | null>(takeable);
  const [, tick] = useState(0);
  useEffect(() => {
    const look = (): void => setEntry(takeable());
    look();
    const stop = [localWork.journal.listen(look), localWork.onSettled(({ kind, outgoing }) => {
      // It had to go out before its time: the next task could not be had while this one was open.
      if (kind === 'sent' && !outgoing.late && outgoing.sendAt === 0 && !takeable()) toast(wordFor(outgoing.kind));
    })];
    return () => stop.forEach((end) => end());
  }, []);
  useEffect(() => {
    if (!entry) return;
    const timer = setInterval(() => {
      tick((n) => n + 1);
      if (!takeable()) setEntry(null);
    }, kTickMs);
    return () => clearInterval(timer);
  }, [entry]);
  const back = (): void => toast(onTakeBack() ? t.journal.takenBack : t.journal.tooLate);
  useCommands([{ id: 'take-back', label: t.journal.takeBackLast, keys: ['Backspace'], enabled: entry !== null, run: back }]);
  const left = Math.max(0, Math.ceil(((entry?.outgoing?.sendAt ?? 0) - Date.now()) / 1000));
  return (
    <div class="take-back" role="status">
      {entry?.outgoing ? (
        <div class="toast">
          <span>{wordFor(entry.outgoing.kind)}</span>
          <span class="row">
            <span class="num small" aria-hidden="true">{t.journal.seconds(left)}</span>
            <Button slim hint="⌫" onClick={back}>{t.journal.takeBack}</Button>
          </span>
        </div>
      ) : null}
    </div>
  );
}
