import { useEffect, useMemo, useState } from 'preact/hooks';
import { api, type Answers, type Assignment } from '../api';
import { Autosave, type SaveState } from './autosave';

/** The answers to one assignment with their journal. `start` is what the page begins with. */
export function useAutosave(assignment: Assignment, start: Answers): {
  autosave: Autosave; answers: Answers; state: SaveState; change: (answers: Answers) => void;
} {
  const [state, setState] = useState<SaveState>({ kind: 'clean', changes: 0, savedAtMs: null });
  const [answers, setAnswers] = useState<Answers>(start);
  const autosave = useMemo(() => {
    const { id, lease } = assignment;
    return new Autosave({ revision: assignment.draft?.revision ?? 0, answers: start }, {
      save: (revision, value) =>
        api.saveDraft(id, { token: lease.token, revision, answers: value }, document.visibilityState === 'hidden'),
      onState: setState,
    });
  }, [assignment.id, assignment.lease.token]);
  useEffect(() => {
    setAnswers(autosave.answers);
    setState(autosave.state);
    const guard = (event: BeforeUnloadEvent): void => {
      if (autosave.isDirty) event.preventDefault();
    };
    const hide = (): void => {
      if (document.visibilityState === 'hidden') void autosave.flush();
    };
    const online = (): void => autosave.retryNow();
    window.addEventListener('beforeunload', guard);
    window.addEventListener('online', online);
    document.addEventListener('visibilitychange', hide);
    return () => {
      window.removeEventListener('beforeunload', guard);
      window.removeEventListener('online', online);
      document.removeEventListener('visibilitychange', hide);
      void autosave.flush();
    };
  }, [autosave]);
  const change = (next: Answers): void => {
    setAnswers(next);
    autosave.change(next);
  };
  return { autosave, answers, state, change };
}
