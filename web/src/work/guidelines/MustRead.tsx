// Before work goes on: guidelines that the manager wants read, with what changed first.
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { useAction } from '../../ui/hooks';
import { go } from '../../ui/route';
import { ErrorCard } from '../../ui/States';
import { Changes } from './Changes';
import { Reader } from './Reader';
import type { Guidelines } from './useGuidelines';

export function MustRead({ project, of }: { project: string; of: Guidelines }) {
  const action = useAction();
  const changed = of.seen > 0 && of.seen < of.version;
  return (
    <Dialog title={t.guide.title(of.version)} wide onClose={() => go('projects')}>
      <p>{changed ? t.guide.mustChanged : t.guide.must}</p>
      {changed ? (
        <section class="stack tight">
          <h3>{t.guide.changedSince(of.seen, of.version)}</h3>
          <Changes project={project} from={of.seen} to={of.version} />
        </section>
      ) : null}
      <div class="must-read" tabIndex={0} role="region" aria-label={t.guide.wholeText}>
        <Reader project={project} version={of.version} />
      </div>
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      <div class="row end">
        <Button onClick={() => go('projects')}>{t.guide.notNow}</Button>
        <Button look="primary" busy={action.busy} onClick={() => void action.run(() => of.markSeen(of.version))}>{t.guide.haveRead}</Button>
      </div>
    </Dialog>
  );
}
