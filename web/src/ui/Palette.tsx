// The command palette: a list of everything that can be done or opened, narrowed by typing.
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { api, type Project } from '../api';
import { canReview, canSeeAll } from '../session';
import { t } from '../strings';
import { allCommands } from './commands';
import { Dialog } from './Dialog';
import { fuzzyFilter } from './fuzzy';
import { KeyCaps } from './KeyMap';
import { go } from './route';

const kMostShown = 50;
const kPageStep = 8;

interface Entry {
  id: string;
  label: string;
  group: string;
  keys: string[];
  run: () => void;
}

function projectEntries(projects: Project[]): Entry[] {
  const group = t.commands.groups.projects;
  return projects.flatMap((p): Entry[] => {
    const entry = (kind: string, label: string, ...path: string[]): Entry =>
      ({ id: `${p.id}/${kind}`, label, group, keys: [], run: () => go(...path) });
    const open = p.state === 'open';
    return [
      ...(canSeeAll(p.role) ? [entry('open', t.commands.openProject(p.title), 'projects', p.id)] : []),
      ...(p.role === 'expert' && open ? [entry('work', t.commands.work(p.title), 'work', p.id, 'work')] : []),
      ...(canReview(p.role) && open ? [entry('review', t.commands.review(p.title), 'work', p.id, 'review')] : []),
    ];
  });
}

function useEntries(): Entry[] {
  const [projects, setProjects] = useState<Project[]>([]);
  // What was there when the palette opened: the page behind it does not change meanwhile.
  const commands = useMemo(() => allCommands().filter((c) => c.enabled !== false && !c.id.startsWith('host.')), []);
  useEffect(() => {
    // Without a connection the commands are still there.
    api.projects({ limit: 200 }).then((page) => setProjects(page.items), () => undefined);
  }, []);
  return useMemo(() => [
    ...commands.map((c) => ({ id: c.id, label: c.label, group: c.group ?? t.commands.groups.here, keys: c.keys?.slice(0, 1) ?? [], run: c.run })),
    ...projectEntries(projects),
  ], [commands, projects]);
}

export function Palette({ onClose }: { onClose: () => void }) {
  const entries = useEntries();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const listId = useId();
  const list = useRef<HTMLUListElement>(null);
  const found = useMemo(() => fuzzyFilter(query, entries, (e) => e.label).slice(0, kMostShown), [query, entries]);
  const current = Math.min(at, found.length - 1);
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [current, query]);
  const choose = (entry: Entry | undefined): void => {
    if (!entry) return;
    onClose();
    // After the dialog has gone and given the focus back: the command may open another.
    setTimeout(entry.run, 0);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: kPageStep, PageUp: -kPageStep };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = current + step;
      const wraps = Math.abs(step) === 1 && (next < 0 || next >= found.length);
      setAt(wraps ? (next + found.length) % Math.max(1, found.length) : Math.max(0, Math.min(found.length - 1, next)));
    } else if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      choose(found[current]);
    }
  };
  return (
    <Dialog title={t.commands.paletteTitle} onClose={onClose}>
      <input
        class="input" type="text" role="combobox" aria-expanded="true" aria-controls={listId} aria-autocomplete="list" autocomplete="off"
        spellcheck={false} autofocus value={query} placeholder={t.commands.palettePlaceholder} aria-label={t.commands.paletteHint}
        aria-activedescendant={found[current] ? `${listId}-${current}` : undefined} onKeyDown={onKeyDown}
        onInput={(e) => {
          setQuery(e.currentTarget.value);
          setAt(0);
        }}
      />
      <span class="sr-only" role="status">{t.commands.results(found.length)}</span>
      {found.length === 0 ? <p class="soft">{t.commands.none}</p> : null}
      <ul class="palette" id={listId} role="listbox" aria-label={t.commands.paletteTitle} ref={list} tabIndex={-1}>
        {found.map((entry, i) => (
          <li key={entry.id} id={`${listId}-${i}`} role="option" aria-selected={i === current} onClick={() => choose(entry)}>
            <span dir="auto">{entry.label}</span>
            <span class="row"><span class="small soft">{entry.group}</span>{entry.keys.map((key) => <KeyCaps key={key} name={key} />)}</span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
