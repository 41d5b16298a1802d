// News about work that this device kept, on whichever page is open: what was sent late, and what could not be taken, with the
// answers to copy.
import { useEffect, useState } from 'preact/hooks';
import { t } from '../strings';
import { Button, LinkButton } from '../ui/Button';
import { copyText } from '../ui/Copy';
import { href } from '../ui/route';
import { toast } from '../ui/Toast';
import { localWork } from './local';
import type { Entry } from './record';

const kGatherMs = 600;

/** One sentence for all that goes out together. */
function useLateNews(): void {
  useEffect(() => {
    let count = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = localWork.onSettled((settled) => {
      if (settled.kind !== 'sent' || !settled.outgoing.late) return;
      count++;
      clearTimeout(timer);
      timer = setTimeout(() => {
        toast(t.journal.sentLate(count));
        count = 0;
      }, kGatherMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);
}

export function Fates({ except }: { except: string | null }) {
  const [, draw] = useState(0);
  useEffect(() => localWork.journal.listen(() => draw((n) => n + 1)), []);
  useLateNews();
  const news = localWork.journal.all().filter((entry) => entry.fate !== null && entry.assignment !== except);
  return <div class="fates" aria-live="polite">{news.map((entry) => <FateCard key={entry.assignment} entry={entry} />)}</div>;
}

function FateCard({ entry }: { entry: Entry }) {
  const fate = entry.fate;
  if (!fate) return null;
  const words = t.journal.fates[fate.kind];
  const open = fate.kind === 'refused' || fate.kind === 'ran-out';
  return (
    <section class="error-card" data-fate={fate.kind}>
      <h2>{words.title}</h2>
      <p>{words.text}</p>
      {fate.kind === 'refused' && fate.detail ? <p class="small">{fate.detail}</p> : null}
      <div class="row">
        {open ? (
          <LinkButton slim look="primary" to={href('work', entry.project, 'work', entry.assignment)}>
            {fate.kind === 'refused' ? t.journal.openAgain : t.journal.takeAgain}
          </LinkButton>
        ) : null}
        <Button slim onClick={() => void copyText(JSON.stringify(entry.answers, null, 2))}>{t.work.copyAnswers}</Button>
        <Button slim look="quiet" onClick={() => localWork.journal.remove(entry.assignment)}>{open ? t.journal.drop : t.journal.dismiss}</Button>
      </div>
    </section>
  );
}
