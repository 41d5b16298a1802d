// The guidelines beside the task: not modal, so that the task can be read and answered meanwhile. On a phone it is a sheet.
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../strings';
import { Button, Segmented } from '../../ui/Button';
import { useCommands } from '../../ui/commands';
import { Changes } from './Changes';
import { Reader } from './Reader';
import type { Guidelines } from './useGuidelines';

export function GuidelinesDrawer({ project, of, taskVersion, onClose }: {
  project: string; of: Guidelines; taskVersion: number; onClose: () => void;
}) {
  // As it was when the drawer opened: looking makes it seen.
  const [seenBefore] = useState(of.seen);
  const [version, setVersion] = useState(of.version);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    document.documentElement.dataset.guidelines = 'open';
    heading.current?.focus({ preventScroll: true });
    // What must be read is said by a button of its own.
    if (of.must <= of.seen) of.markSeen(of.version).catch(() => undefined);
    return () => {
      delete document.documentElement.dataset.guidelines;
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  useCommands([{ id: 'guidelines-close', label: t.guide.close, keys: ['Escape'], run: onClose, inText: true }]);
  const older = taskVersion > 0 && taskVersion < of.version;
  return (
    <aside class="guide-drawer" aria-label={t.guide.title(version)}>
      <div class="guide-head">
        <h2 ref={heading} tabIndex={-1}>{t.guide.title(version)}</h2>
        <Button look="quiet" slim hint="g" onClick={onClose} title={t.guide.close}>{t.common.close}</Button>
      </div>
      <div class="guide-body" tabIndex={0} role="region" aria-label={t.guide.wholeText}>
        {older ? (
          <>
            <p class="small soft">{t.guide.holds(taskVersion, of.version)}</p>
            <Segmented
              label={t.work.guidelines} value={String(version)} onChange={(value) => setVersion(Number(value))}
              options={[[String(of.version), t.guide.newest(of.version)], [String(taskVersion), t.guide.thisTask(taskVersion)]]}
            />
          </>
        ) : null}
        {seenBefore > 0 && seenBefore < version ? (
          <details class="guide-changes" open>
            <summary>{t.guide.changedSince(seenBefore, version)}</summary>
            <Changes project={project} from={seenBefore} to={version} />
          </details>
        ) : null}
        <Reader project={project} version={version} />
      </div>
    </aside>
  );
}
