// Away from the page: declared research, and the question after an absence that nobody declared.
import { useEffect, useRef, useState } from 'preact/hooks';
import { useSession } from '../session';
import { t } from '../strings';
import { formatDuration } from '../ui/format';
import { toast } from '../ui/Toast';
import type { ActiveTimer } from '../work/timer';
import { recall, remember, reportTime } from './keep';
import { kAskAboveMs, kAwayMs, readResearch, researchEntries, type Research } from './research';

const kKey = 'guildhall-research';

/** An absence to be asked about: how much of it was research? */
export interface Away {
  kind: 'away' | 'long';
  project: string;
  assignment: string;
  startedMs: number;
  lengthMs: number;
}

export interface ResearchState {
  since: number | null;
  asked: Away | null;
  start: () => void;
  end: () => void;
  answer: (lengthMs: number) => void;
}

export function useResearch(project: string, assignment: string, timer: ActiveTimer): ResearchState {
  const member = useSession().me.member.id;
  const [now, setNow] = useState<Research | null>(() => {
    const kept = readResearch(recall(kKey));
    return kept?.member === member ? kept : null;
  });
  const [asked, setAsked] = useState<Away | null>(null);
  const left = useRef(now !== null);
  useEffect(() => {
    timer.hold('research', now !== null, Date.now());
    return () => timer.hold('research', false, Date.now());
  }, [timer, now === null]);

  const report = (away: Pick<Away, 'project' | 'assignment' | 'startedMs'>, lengthMs: number): void => {
    const entries = researchEntries(away.assignment, away.startedMs, lengthMs);
    if (entries.length === 0) return;
    void reportTime(member, away.project, entries);
    toast(t.time.researchNoted(formatDuration(lengthMs)));
  };
  const keep = (next: Research | null): void => {
    remember(kKey, next ? JSON.stringify(next) : null);
    setNow(next);
  };
  const end = (): void => {
    // Another tab may have ended it meanwhile: it counts once.
    const kept = readResearch(recall(kKey));
    keep(null);
    if (!now || kept?.startedMs !== now.startedMs) return;
    const lengthMs = Date.now() - now.startedMs;
    if (lengthMs > kAskAboveMs) setAsked({ kind: 'long', ...now, lengthMs });
    else report(now, lengthMs);
  };
  useReturn(now !== null, left, end, (startedMs, lengthMs) => {
    if (!asked) setAsked({ kind: 'away', project, assignment, startedMs, lengthMs });
  });
  return {
    since: now?.startedMs ?? null,
    asked,
    start: () => {
      if (now) return;
      left.current = false;
      keep({ member, project, assignment, startedMs: Date.now() });
    },
    end,
    answer: (lengthMs) => {
      if (asked && lengthMs > 0) report(asked, Math.min(lengthMs, asked.lengthMs));
      setAsked(null);
    },
  };
}

/** Coming back: the first act on the page after it was left ends research; after a long absence there is a question. */
function useReturn(
  researching: boolean, left: { current: boolean }, onReturn: () => void, onAway: (startedMs: number, lengthMs: number) => void,
): void {
  const latest = useRef({ researching, onReturn, onAway });
  latest.current = { researching, onReturn, onAway };
  useEffect(() => {
    let hiddenAt: number | null = null;
    const away = (): void => {
      left.current = true;
    };
    const see = (): void => {
      if (document.visibilityState === 'hidden') {
        hiddenAt = Date.now();
        return away();
      }
      const lengthMs = hiddenAt === null ? 0 : Date.now() - hiddenAt;
      if (hiddenAt !== null && lengthMs > kAwayMs && !latest.current.researching) latest.current.onAway(hiddenAt, lengthMs);
      hiddenAt = null;
    };
    const act = (event: Event): void => {
      // Pressing the button that ends it is an end of its own; keys that only open a window are no work.
      const own = event.target instanceof Element && event.target.closest('[data-research], dialog') !== null;
      if (latest.current.researching && left.current && document.visibilityState === 'visible' && !own) latest.current.onReturn();
    };
    document.addEventListener('visibilitychange', see);
    window.addEventListener('blur', away);
    window.addEventListener('pointerdown', act, true);
    window.addEventListener('keydown', act, true);
    return () => {
      document.removeEventListener('visibilitychange', see);
      window.removeEventListener('blur', away);
      window.removeEventListener('pointerdown', act, true);
      window.removeEventListener('keydown', act, true);
    };
  }, []);
}
