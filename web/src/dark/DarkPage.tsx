// The one page of a room, or of a project, whose key is not there: what happened, what is safe, since when. Comes back by itself.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { localWork } from '../journal/local';
import { t } from '../strings';
import { LinkButton } from '../ui/Button';
import { formatTime } from '../ui/format';
import { useTitle } from '../ui/hooks';
import { href } from '../ui/route';
import { lookAgain } from './room';

function Dark({ title, text, since, kept, children }: {
  title: string; text: string; since?: string | null; kept?: number | null; children?: ComponentChildren;
}) {
  useTitle(title);
  return (
    <section class="empty dark-page" data-dark={kept === null ? 'going' : 'dark'}>
      <h1>{title}</h1>
      <p>{text}</p>
      <ul>
        <li>{t.dark.answers}</li>
        <li>{t.dark.time}</li>
        <li>{t.dark.nothing}</li>
      </ul>
      {kept ? <p class="hint-card warn" role="alert">{t.dark.stay(kept)}</p> : null}
      {since ? <p><time dateTime={since}>{t.dark.since(formatTime(since))}</time></p> : null}
      {children ? <div class="row">{children}</div> : null}
    </section>
  );
}

/** `onShown`: everything that was on the page before has gone from it. */
export function DarkRoom({ since, keys, onShown, onLook }: {
  since: string | null; keys: boolean; onShown: () => Promise<void>; onLook: () => Promise<boolean>;
}) {
  const [kept, setKept] = useState<number | null>(null);
  useEffect(() => void onShown().then(() => setKept(localWork.journal.unsafe)), []);
  useEffect(() => lookAgain(onLook), []);
  return (
    <main class="page medium" tabIndex={-1}>
      <Dark title={t.dark.title} text={t.dark.room} since={since} kept={kept}>
        {keys ? <LinkButton to={href('keys')}>{t.dark.keys}</LinkButton> : null}
      </Dark>
    </main>
  );
}

export function DarkProject({ onLook }: { onLook: () => Promise<boolean> }) {
  useEffect(() => lookAgain(onLook), []);
  return (
    <Dark title={t.dark.projectTitle} text={t.dark.project}>
      <LinkButton to={href('projects')}>{t.common.toProjects}</LinkButton>
    </Dark>
  );
}
