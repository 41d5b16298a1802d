// Going dark and coming back. A 423 covers the page at once; what it means is asked afterwards: the whole room, or the project
// that the page is of. What concerns another project is left to whoever asked.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { onAccessProblem, shutRoom, type Problem, type Role } from '../api';
import { localWork } from '../journal/local';
import { forgetAll } from './forget';
import { askRoom, isLocked, watchRoom } from './room';

export interface Darkness {
  /** The room has no key, or may have none: nothing is shown. */
  room: { since: string | null } | null;
  projects: ReadonlySet<string>;
  /** The pages are gone: memory follows. */
  clear: () => Promise<void>;
  /** Whether the room opened meanwhile. */
  look: () => Promise<boolean>;
  lookAtProject: (project: string) => Promise<boolean>;
}

/** The project that a page shows. */
export const projectOf = (path: string[]): string | null => ['work', 'review', 'history', 'projects'].includes(path[0] ?? '') ? path[1] ?? null : null;

/** The project that a refused request was for, where its path or the journal knows. */
function projectNamed(problem: Problem): string | null {
  const [, kind, id] = /^\/(projects|assignments)\/([^/]+)/.exec(problem.path) ?? [];
  if (kind === 'projects') return id ?? null;
  return kind === 'assignments' && id ? localWork.journal.get(id)?.project ?? null : null;
}

const kDark = 'guildhall-dark';

/** All that is known of the person after the page was loaded anew in the dark: the role. Null at any other start. */
export function roleInTheDark(): Role | null {
  try {
    return sessionStorage.getItem(kDark) as Role | null;
  } catch {
    return null;
  }
}

/** Loads the page anew: what the script's memory still holds of what was shown goes with the old page, whoever held it. */
async function reloadEmpty(role: Role | null): Promise<void> {
  // What is nowhere else would go too; and without a server there would be no page.
  if (!role || localWork.journal.unsafe > 0 || !(await askRoom())) return;
  try {
    sessionStorage.setItem(kDark, role);
  } catch {
    return;
  }
  location.reload();
  await new Promise(() => undefined);
}

/** `onOpen`: the room has its key again. `listens`: somebody is signed in, so there is a stream. `shown`: who saw pages of it. */
export function useDark(path: string[], listens: boolean, shown: () => Role | null, onOpen: () => void): Darkness {
  const [room, setRoom] = useState<Darkness['room']>(null);
  const [projects, setProjects] = useState<ReadonlySet<string>>(new Set());
  const here = useRef<string | null>(null);
  here.current = projectOf(path);
  const isDark = useRef(false);

  const goDark = useCallback((since: string | null) => {
    if (!isDark.current || since) setRoom({ since });
    isDark.current = true;
    shutRoom(true);
  }, []);
  const open = useCallback(() => {
    if (!isDark.current) return;
    isDark.current = false;
    shutRoom(false);
    setRoom(null);
    onOpen();
  }, []);
  const look = useCallback(async () => {
    const said = await askRoom();
    if (said?.room === 'locked') goDark(said.since);
    if (said?.room === 'open') open();
    return said?.room === 'open';
  }, []);

  useEffect(() => onAccessProblem((problem) => {
    if (problem.status !== 423) return;
    const [named, page] = [projectNamed(problem), here.current];
    const elsewhere = named !== null && named !== page;
    if (!elsewhere) goDark(null);
    void askRoom().then(async (said) => {
      if (said?.room !== 'open') return elsewhere && !said ? undefined : goDark(said?.since ?? null);
      if (!elsewhere && page && await isLocked(page)) setProjects((all) => new Set(all).add(page));
      if (!elsewhere) open();
    });
  }), []);
  useEffect(() => {
    if (!listens) return;
    return watchRoom((said) => {
      if (said === 'locked' && !isDark.current) {
        goDark(null);
        void look();
      } else if (said === 'open') {
        open();
        // Said again when some project's key was withdrawn: it may be this page's.
        const page = here.current;
        if (page) void isLocked(page).then((locked) => locked && setProjects((all) => new Set(all).add(page)));
      }
    });
  }, [listens]);

  return {
    room, projects, look,
    clear: async () => {
      await localWork.dark();
      forgetAll();
      await reloadEmpty(shown());
    },
    lookAtProject: async (project) => {
      if (await isLocked(project)) return false;
      setProjects((all) => new Set([...all].filter((one) => one !== project)));
      return true;
    },
  };
}
