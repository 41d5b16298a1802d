// Everything about the person at a task that is not the task: time, money, guidelines, questions. One hook for the desks;
// the work bar draws what it returns.
import type { ComponentChildren, ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Assignment, Project } from '../api';
import { personApi, type Note, type Today } from '../api/person';
import { useSession } from '../session';
import { loadPersonalWords, t } from '../strings';
import { useCommands } from '../ui/commands';
import { lazy } from '../ui/lazy';
import { go } from '../ui/route';
import { useGuidelines, useReadingTime, type Guidelines } from '../work/guidelines/useGuidelines';
import type { ActiveTimer } from '../work/timer';
import { earnedSoFar, rateOf, type Rate } from './money';
import { useResearch, type ResearchState } from './useResearch';
import { useToday } from './useToday';

const nothing = (): null => null;
/** Fetched when first opened, with its words. */
const opened = <P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> =>
  lazy(async () => (await Promise.all([load(), loadPersonalWords()]))[0], nothing);
const TimePanel = opened(() => import('../chunks/aside').then((m) => m.TimePanel));
const AwayCard = opened(() => import('../chunks/aside').then((m) => m.AwayCard));
const NoteDialog = opened(() => import('../chunks/aside').then((m) => m.NoteDialog));
const TaskNotes = opened(() => import('../chunks/aside').then((m) => m.TaskNotes));
const GuidelinesDrawer = opened(() => import('../chunks/aside').then((m) => m.GuidelinesDrawer));
const MustRead = opened(() => import('../chunks/aside').then((m) => m.MustRead));

export interface PersonDesk {
  /** The task is answered, not judged. */
  works: boolean;
  guidelines: Guidelines;
  research: ResearchState;
  rate: Rate | null;
  today: Today | null;
  /** Whole units of the smallest kind, this task's time included. */
  earnedMinor: number;
  /** Work waits until the guidelines are read. */
  mustRead: boolean;
  /** Somebody is at it, here or declared elsewhere: the task stays reserved. */
  present: () => boolean;
  openTime: () => void;
  toggleGuidelines: () => void;
  ask: (kind: Note['kind']) => void;
  /** Threads about this task: for the reading side of the page. */
  notes: ComponentChildren;
  /** Under the bar: research that runs, questions after an absence, the drawer and the dialogs. */
  below: ComponentChildren;
}

function useTaskNotes(project: string, assignment: Assignment): [Note[], (note: Note) => void] {
  const [notes, setNotes] = useState<Note[]>([]);
  useEffect(() => {
    let here = true;
    setNotes([]);
    // A thread that cannot be fetched is no reason to hold up the work.
    personApi.notes(project, { task: assignment.task.id, mine: true }).then((page) => here && setNotes(page.items), () => undefined);
    return () => {
      here = false;
    };
  }, [project, assignment.id]);
  return [notes, (note) => setNotes((all) => (all.some((n) => n.id === note.id) ? all.map((n) => (n.id === note.id ? note : n)) : [note, ...all]))];
}

export function usePersonDesk({ project, assignment, timer, totalMs }: {
  project: Project; assignment: Assignment; timer: ActiveTimer; totalMs: number;
}): PersonDesk {
  const expert = useSession().me.member.role === 'expert';
  const works = assignment.kind === 'work';
  const guidelines = useGuidelines(project, assignment.id);
  const research = useResearch(project.id, assignment.id, timer);
  const { today, reload } = useToday(project.id, assignment.id);
  const [panel, setPanel] = useState<'time' | 'flag' | 'question' | null>(null);
  const [drawer, setDrawer] = useState(false);
  const [notes, onNote] = useTaskNotes(project.id, assignment);
  const rate = rateOf(project.settings);
  const mustRead = guidelines.mustNow;
  const reads = useReadingTime(drawer || mustRead, mustRead ? 'dialog' : '.guide-drawer', project.id, assignment.id, timer);
  const toggleGuidelines = (): void => setDrawer((open) => !open && guidelines.version > 0);
  const close = (): void => setPanel(null);
  useCommands([
    { id: 'guidelines', label: t.work.guidelines, keys: ['g'], enabled: guidelines.version > 0, run: toggleGuidelines },
    { id: 'time', label: t.time.title, keys: ['t'], run: () => setPanel('time') },
    { id: 'research', label: research.since === null ? t.time.researchStart : t.time.researchEnd, run: research.since === null ? research.start : research.end },
    ...(works ? [{ id: 'flag', label: t.desk.flag, keys: ['f'], run: () => setPanel('flag') }] : []),
    { id: 'ask-lead', label: t.desk.ask, keys: ['l'], run: () => setPanel('question') },
    ...(expert ? [{ id: 'history', label: t.commands.history, keys: ['h'], run: () => go('history', project.id) }] : []),
  ]);
  return {
    works, guidelines, research, rate, today, mustRead, toggleGuidelines,
    earnedMinor: rate ? earnedSoFar(rate, today?.earned_minor ?? 0, totalMs) : 0,
    present: () => timer.isActive(Date.now()) || research.since !== null || reads(),
    openTime: () => setPanel('time'),
    ask: setPanel,
    notes: notes.length > 0 ? <TaskNotes notes={notes} onChange={onNote} /> : null,
    below: (
      <>
        {research.since !== null || research.asked ? <AwayCard research={research} /> : null}
        {drawer && !mustRead ? (
          <GuidelinesDrawer project={project.id} of={guidelines} taskVersion={assignment.guidelines_version} onClose={() => setDrawer(false)} />
        ) : null}
        {mustRead ? <MustRead project={project.id} of={guidelines} /> : null}
        {panel === 'time' ? (
          <TimePanel project={project.id} timer={timer} research={research} rate={rate} today={today} onChange={reload} onClose={close} />
        ) : null}
        {panel === 'flag' || panel === 'question' ? <NoteDialog assignment={assignment.id} kind={panel} onSent={onNote} onClose={close} /> : null}
      </>
    ),
  };
}
