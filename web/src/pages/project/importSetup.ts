// What a page of an import needs to know: the file, its fields, how they are matched, the first tasks made of them and what the
// server says of those.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { api, asProblem, type JsonObject } from '../../api';
import { isFault, type Fault, type Made, type Plan } from '../../imports/convert';
import { heldFor, hold, letGo, type Held } from '../../imports/held';
import { guess, pack, unpack, type Mapping } from '../../imports/mapping';
import { firstTasks } from '../../imports/slices';
import { look } from '../../imports/source';
import { targetsOf, type Target } from '../../imports/targets';
import { readForm, type Form } from '../../work/form';

export interface Setup {
  held: Held | null;
  looking: boolean;
  /** The file could not even be opened. */
  unread: boolean;
  targets: Target[];
  plan: Plan | null;
  tasks: (Made | Fault)[];
  pick: (file: File) => Promise<Held | null>;
  drop: () => void;
  setMapping: (mapping: Mapping) => void;
}

const keyOf = (project: string): string => `guildhall-import-${project}`;

function kept(project: string): string | null {
  try {
    return sessionStorage.getItem(keyOf(project));
  } catch {
    return null;
  }
}

function keep(project: string, text: string): void {
  try {
    sessionStorage.setItem(keyOf(project), text);
  } catch {
    // Storage is off: a reload begins with the guess.
  }
}

function mappingFor(project: string, held: Held, targets: Target[], form: Form): Mapping {
  const records = held.look.head.flatMap((entry) => (entry.value ? [entry.value] : []));
  const fresh = guess(targets, held.look.fields, records, form);
  if (!held.mapping) return unpack(kept(project), fresh, held.look.fields);
  // The form may have changed since: new places get the guess, those that are gone go.
  const rules = Object.fromEntries(targets.map((target) => [target.to, held.mapping?.rules[target.to] ?? fresh.rules[target.to] ?? { paths: [], read: 'text' as const, constant: '', models: [] }]));
  return { ...held.mapping, rules };
}

export function useImportSetup(project: string, rawForm: unknown, rawBase: unknown): Setup {
  const [held, setHeld] = useState<Held | null>(() => heldFor(project));
  const [looking, setLooking] = useState(false);
  const [unread, setUnread] = useState(false);
  const form = useMemo(() => readForm(rawForm), [rawForm]);
  const targets = useMemo(() => (form ? targetsOf(form, readForm(rawBase)) : []), [form, rawBase]);
  const mapping = useMemo(() => (held && form && !held.look.problem ? mappingFor(project, held, targets, form) : null), [held, form, targets]);
  const plan = useMemo<Plan | null>(
    () => (held && form && mapping ? { form, targets, mapping, own: held.look.own } : null), [held, form, targets, mapping],
  );
  const tasks = useMemo(() => (held && plan ? firstTasks(held.look.head, plan) : []), [held, plan]);
  const put = (next: Held): void => {
    hold(project, next);
    setHeld(next);
  };
  return {
    held, looking, unread, targets, plan, tasks,
    pick: async (file) => {
      setLooking(true);
      setUnread(false);
      try {
        letGo(project);
        const next: Held = { file, look: await look(file, file.name), mapping: null, run: null };
        put(next);
        return next;
      } catch {
        setHeld(null);
        setUnread(true);
        return null;
      } finally {
        setLooking(false);
      }
    },
    drop: () => {
      letGo(project);
      setHeld(null);
    },
    setMapping: (next) => {
      if (!held) return;
      put({ ...held, mapping: next });
      keep(project, pack(next, held.look.fields));
    },
  };
}

export interface Checked {
  state: 'none' | 'asking' | 'asked' | 'failed';
  /** What the server says of each sample, null where it fits. */
  samples: (null | { field: string; reason: string })[];
  /** What is wrong with the form itself. */
  form: { field: string; reason: string } | null;
  /** The form with every default, as the server reads it. */
  whole: unknown;
}

const kPauseMs = 400;
const kMostSamples = 20;

/** Asks the server about a form and data for it, a moment after the last change. */
export function useCheck(template: unknown, samples: JsonObject[]): Checked {
  const [checked, setChecked] = useState<Checked>({ state: 'none', samples: [], form: null, whole: null });
  const text = useMemo(() => JSON.stringify(samples.slice(0, kMostSamples)), [samples]);
  useEffect(() => {
    if (template === null || template === undefined) {
      setChecked({ state: 'none', samples: [], form: null, whole: null });
      return;
    }
    const stop = new AbortController();
    setChecked((old) => ({ ...old, state: 'asking' }));
    const timer = setTimeout(() => {
      api.checkTemplate(template, JSON.parse(text) as JsonObject[], stop.signal).then(
        (found) => setChecked({ state: 'asked', samples: found.samples ?? [], form: null, whole: found.form }),
        (error: unknown) => {
          if (stop.signal.aborted) return;
          const problem = asProblem(error);
          const wrong = problem.kind === 'invalid-template' ? { field: problem.field ?? '/template', reason: problem.detail || problem.title } : null;
          setChecked({ state: wrong ? 'asked' : 'failed', samples: [], form: wrong, whole: null });
        },
      );
    }, kPauseMs);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [template, text]);
  return checked;
}

export const madeOf = (tasks: (Made | Fault)[]): JsonObject[] => tasks.flatMap((task) => (isFault(task) ? [] : [task.data]));
