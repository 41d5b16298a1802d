// What stands in the bar and above a task about keeping: only when there is something to say.
import { useEffect, useState } from 'preact/hooks';
import { t } from '../strings';
import { localWork } from './local';
import { isUnsent } from './record';

/** Draws again when the journal changes. Returns what waits for the server although it was tried, or cannot be tried. */
export function useKept(): { unsent: number; safe: boolean } {
  const [kept, setKept] = useState({ unsent: 0, safe: true });
  useEffect(() => {
    const look = (): void => {
      const { journal, outbox } = localWork;
      const stuck = outbox.pending().filter((entry) => entry.outgoing?.late === true || (outbox.isStuck && (entry.outgoing?.sendAt ?? 0) <= Date.now()));
      const safe = stuck.every((entry) => journal.isSafe(entry.assignment));
      setKept((old) => (old.unsent === stuck.length && old.safe === safe ? old : { unsent: stuck.length, safe }));
    };
    look();
    return localWork.journal.listen(look);
  }, []);
  return kept;
}

export function KeptLine() {
  const { unsent, safe } = useKept();
  return (
    <span class="save-state warn" role="status" data-kept={unsent}>
      {unsent === 0 ? '' : safe ? t.journal.kept(unsent) : t.journal.unsafe(unsent)}
    </span>
  );
}

/** Why nothing is kept on this device, where it should be. */
export function TroubleLine({ project }: { project: string }) {
  const [, draw] = useState(0);
  useEffect(() => localWork.journal.listen(() => draw((n) => n + 1)), []);
  const trouble = localWork.journal.trouble;
  if (!trouble || localWork.journal.forbids(project)) return null;
  return <p class="hint-card warn small" role="status" data-trouble={trouble}>{t.journal.trouble[trouble]}</p>;
}

export const countUnsent = (): number => localWork.journal.all().filter(isUnsent).length;
