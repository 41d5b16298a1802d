// The dialogs of the review pages: guidelines, keys.
import { Fragment } from 'preact';
import { useEffect } from 'preact/hooks';
import { api } from '../api';
import { Markdown } from '../markdown/Markdown';
import { t } from '../strings';
import { Button, Key } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { useLoad } from '../ui/hooks';
import { Load } from '../ui/States';

export { ReasonDialog } from './ReasonDialog';

const kShortestReadingMs = 1000;

/** Reading guidelines is paid time of its own class: it is reported when the dialog closes. */
export function GuidelinesDialog({ project, version, assignment, must, onClose }: {
  project: string; version: number; assignment?: string; must?: boolean; onClose: () => void;
}) {
  const text = useLoad(() => api.guidelines(project, version), [project, version]);
  useEffect(() => {
    const started = Date.now();
    return () => {
      const ended = Date.now();
      if (ended - started < kShortestReadingMs) return;
      const entry = {
        class: 'guidelines' as const, started_at: new Date(started).toISOString(), ended_at: new Date(ended).toISOString(),
        ...(assignment ? { assignment } : {}),
      };
      // Only the record of time suffers if this fails; nobody should be held up by it.
      api.activities(project, [entry]).catch(() => undefined);
    };
  }, [project, version]);
  return (
    <Dialog title={t.work.guidelinesVersion(version)} wide onClose={onClose}>
      {must ? <p class="soft">{t.work.guidelinesFirst}</p> : null}
      <Load of={text}>
        {(data) => (
          <>
            {data.note ? <p class="small soft">{data.note}</p> : null}
            <Markdown text={data.markdown ?? ''} />
          </>
        )}
      </Load>
      <div class="row end"><Button look="primary" onClick={onClose}>{must ? t.work.guidelinesRead : t.common.close}</Button></div>
    </Dialog>
  );
}

export function KeysDialog({ rows, onClose }: { rows: [string[], string][]; onClose: () => void }) {
  return (
    <Dialog title={t.common.keysTitle} onClose={onClose}>
      <dl class="keymap">
        {rows.map(([keys, what], i) => (
          <Fragment key={i}>
            <dt class="row">{keys.map((key) => <Key key={key} name={key} />)}<span class="sr-only">{keys.join(', ')}</span></dt>
            <dd>{what}</dd>
          </Fragment>
        ))}
      </dl>
    </Dialog>
  );
}
