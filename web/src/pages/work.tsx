// The page of somebody who answers: whatever Flow says is on the desk, or why nothing is.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Flow } from '../journal/flow';
import { useKept } from '../journal/Kept';
import { TakeBack } from '../journal/TakeBack';
import { useWaiting } from '../person/useWaiting';
import { t } from '../strings';
import { Button, LinkButton } from '../ui/Button';
import { useTitle } from '../ui/hooks';
import { go, href } from '../ui/route';
import { Empty, ErrorCard, Skeleton } from '../ui/States';
import { WorkDesk } from '../work/WorkDesk';

export function WorkPage({ project, assignment }: { project: string; assignment: string | null }) {
  const [flow, setFlow] = useState<Flow | null>(null);
  const [, draw] = useState(0);
  useTitle(t.projects.work);
  useEffect(() => {
    const made = new Flow(project, assignment, () => go('projects'));
    const unlisten = made.listen(() => draw((n) => n + 1));
    setFlow(made);
    void made.start();
    return () => {
      unlisten();
      made.end();
    };
  }, [project, assignment]);
  const state = flow?.state;
  const looking = !state || state.kind === 'loading';
  useWaiting(project, looking ? 'looking' : state.kind === 'none' && state.reason === 'all-leased' ? 'waiting' : 'other');
  if (!flow) return <Loading />;
  return (
    <>
      <Shown flow={flow} />
      <TakeBack onTakeBack={() => flow.takeBack()} />
    </>
  );
}

function Loading() {
  return <main class="page" tabIndex={-1}><h1 class="sr-only">{t.work.loading}</h1><Skeleton lines={6} /></main>;
}

function Shown({ flow }: { flow: Flow }) {
  const { state } = flow;
  const again = (): void => void flow.start();
  const toProjects = <LinkButton look="primary" to={href('projects')}>{t.common.toProjects}</LinkButton>;
  switch (state.kind) {
    case 'loading':
      return <Loading />;
    case 'desk':
      return <WorkDesk key={state.on.serial} on={state.on} flow={flow} />;
    case 'stranded':
      return <Stranded />;
    case 'none':
      return (
        <Whole title={t.work.noneTitle} text={t.work.none[state.reason] ?? ''}>
          <Button onClick={again}>{t.work.checkAgain}</Button>
          {toProjects}
        </Whole>
      );
    case 'failed':
      if (state.removed) return <Whole title={t.journal.removedTitle} text={t.journal.removed}>{toProjects}</Whole>;
      return (
        <main class="page medium" tabIndex={-1}>
          <ErrorCard problem={state.problem} onRetry={again} />
          <div class="row">{toProjects}</div>
        </main>
      );
    case 'elsewhere':
      return (
        <Whole title={state.moved ? t.journal.movedTitle : t.journal.elsewhereTitle} text={state.moved ? t.journal.moved : t.journal.elsewhere}>
          <Button look="primary" onClick={() => void flow.start(true)}>{t.journal.workHere}</Button>
          <LinkButton to={href('projects')}>{t.common.toProjects}</LinkButton>
        </Whole>
      );
  }
}

function Whole({ title, text, children }: { title: string; text: string; children?: ComponentChildren }) {
  return <main class="page medium" tabIndex={-1}><Empty whole title={title} text={text}>{children}</Empty></main>;
}

function Stranded() {
  const { unsent } = useKept();
  return <Whole title={t.journal.strandedTitle} text={t.journal.stranded(unsent)} />;
}
