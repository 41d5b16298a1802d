// Which guidelines hold now, whether this person has seen them, and how long they read.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { api, type Project } from '../../api';
import { personApi } from '../../api/person';
import { reportTime } from '../../person/keep';
import { useSession } from '../../session';
import { ActiveTimer } from '../timer';
import { kSigns } from '../useTimer';
import { guidelinesState, mustSee, type GuidelinesState } from './seen';

const kLookMs = 60_000;
const kShortestReadingMs = 1000;
/** Said in this tab; the server knows too, but a page may hold an older answer of its. */
const saidHere = new Map<string, number>();

export interface Guidelines extends GuidelinesState {
  /** Decided when a task begins, and not in the middle of one. */
  mustNow: boolean;
  markSeen: (version: number) => Promise<void>;
}

function stateOf(project: Project): GuidelinesState {
  const state = guidelinesState(project);
  return { ...state, seen: Math.max(state.seen, saidHere.get(project.id) ?? 0) };
}

export function useGuidelines(project: Project, assignment: string): Guidelines {
  const [state, setState] = useState(() => stateOf(project));
  const [task, setTask] = useState(() => ({ assignment, must: mustSee(stateOf(project)) }));
  const latest = useRef(state);
  latest.current = state;
  if (task.assignment !== assignment) setTask({ assignment, must: mustSee(latest.current) });
  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState !== 'visible') return;
      api.project(project.id).then((fresh) => setState(stateOf(fresh)), () => undefined);
    };
    const timer = setInterval(look, kLookMs);
    return () => clearInterval(timer);
  }, [project.id]);
  useEffect(() => setState(stateOf(project)), [project]);
  const markSeen = useCallback(async (version: number) => {
    if (version > latest.current.seen) await personApi.guidelinesSeen(project.id, version);
    saidHere.set(project.id, Math.max(version, saidHere.get(project.id) ?? 0));
    setState((s) => ({ ...s, seen: Math.max(s.seen, version) }));
    setTask((now) => ({ ...now, must: false }));
  }, [project.id]);
  return { ...state, mustNow: task.must, markSeen };
}

/** Returns whether somebody is reading now. While `open`, time belongs to reading until the person acts on the task, and again when they act in the text. */
export function useReadingTime(open: boolean, box: string, project: string, assignment: string, work: ActiveTimer): () => boolean {
  const member = useSession().me.member.id;
  const meter = useRef<ActiveTimer | null>(null);
  useEffect(() => {
    if (!open) return;
    const started = Date.now();
    const reading = new ActiveTimer(started);
    meter.current = reading;
    const attend = (toText: boolean): void => {
      reading.hold('task', !toText, Date.now());
      work.hold('guidelines', toText, Date.now());
    };
    const sign = (event: Event): void => {
      reading.touch(Date.now());
      const within = event.target instanceof Element && event.target.closest(box) !== null;
      if (event.type === 'pointerdown' || event.type === 'wheel' || event.type === 'keydown') attend(within);
    };
    const see = (): void => reading.setVisible(document.visibilityState === 'visible', Date.now());
    attend(true);
    for (const name of kSigns) window.addEventListener(name, sign, { passive: true, capture: true });
    document.addEventListener('visibilitychange', see);
    return () => {
      for (const name of kSigns) window.removeEventListener(name, sign, { capture: true });
      document.removeEventListener('visibilitychange', see);
      work.hold('guidelines', false, Date.now());
      meter.current = null;
      const lengthMs = reading.totalMs(Date.now());
      if (lengthMs < kShortestReadingMs) return;
      void reportTime(member, project, [{
        class: 'guidelines', started_at: new Date(started).toISOString(), ended_at: new Date(started + lengthMs).toISOString(), assignment,
      }]);
    };
  }, [open, project, assignment, work]);
  return () => meter.current?.isActive(Date.now()) ?? false;
}
