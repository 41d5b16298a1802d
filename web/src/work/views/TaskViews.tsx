// What the task shows: every view of the form, how it is read, and search in all of it.
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Json, JsonObject } from '../../api/types';
import { Markdown } from '../../markdown/Markdown';
import { whenIdle } from '../../markdown/queue';
import { t } from '../../strings';
import { useCommands } from '../../ui/commands';
import { lazy } from '../../ui/lazy';
import { resolve, type Form, type View } from '../form';
import { Each } from './Each';
import { Guarded } from './Guarded';
import { plainText, pretty } from './messages';
import { PageContext, TaskPage } from './page';
import { Pane } from './Pane';
import { kSizes, setPrefs } from './prefs';
import { Toolbar } from './Toolbar';
import { unitsOf } from './units';
import { usePrefs } from './usePrefs';
import { AsItCame, ViewBody } from './ViewBody';

const SearchBar = lazy(() => import('../../chunks/views').then((m) => m.SearchBar));

export interface ViewContext {
  form: Form;
  data: JsonObject;
  order: number[];
  /** The canonical letter chosen so far: its pane is framed. */
  chosen: Json | undefined;
  /** The current row of a question that is answered row by row. */
  row: string;
  /** The answer so far of the question that rates steps: the map shows it. */
  ratings?: Json | undefined;
  /** Somebody went to a step where it is read: the questions follow. */
  onRow?: ((question: string, row: string) => void) | undefined;
}

const kFiles = new Set(['image', 'audio', 'video', 'media', 'pdf']);
const kDialogues = new Set(['chat', 'trajectory']);

function One({ view, context, wide }: { view: View; context: ViewContext; wide: boolean }) {
  const value = resolve(context.data, view.from);
  const plain = useMemo(
    () => (kFiles.has(view.kind) || value === undefined ? undefined : typeof value === 'string' ? value : view.kind === 'json' || view.kind === 'table' ? pretty(value) : plainText(value)),
    [value, view.kind],
  );
  return (
    <Pane title={view.label || view.id} unit={view.id} {...(plain === undefined ? {} : { plain })}>
      {view.help ? <p class="small soft">{view.help}</p> : null}
      {value === undefined ? <p class="soft">{t.work.noData}</p> : <ViewBody view={view} value={value} context={context} unit={view.id} wide={wide} />}
    </Pane>
  );
}

export function TaskViews(context: ViewContext) {
  const { form, data, order } = context;
  const page = useMemo(() => new TaskPage(), [data]);
  const root = useRef<HTMLDivElement>(null);
  const [searching, setSearching] = useState(false);
  const prefs = usePrefs();
  const views = form.views.filter((v) => !v.optional || (resolve(data, v.from) ?? null) !== null);
  const units = useCallback(() => unitsOf({ ...form, views }, data, order), [form, data, order]);
  // What is typed right after the search's key is meant for it.
  useEffect(() => void whenIdle().then(SearchBar.ahead), []);
  const search = (): void => {
    setSearching(true);
    root.current?.querySelector<HTMLInputElement>('.search-bar input')?.select();
  };
  const compares = views.some((v) => v.each && form.questions.some((q) => q.from === v.from && (q.kind === 'compare' || q.kind === 'rank')));
  const group = t.reading.groupKeys;
  useCommands([
    { id: 'reading.search', label: t.reading.search, keys: ['.', 'Ctrl+Shift+F'], group, run: search },
    { id: 'reading.larger', label: t.reading.larger, group, enabled: prefs.size < kSizes.length - 1, run: () => setPrefs({ size: prefs.size + 1 }) },
    { id: 'reading.smaller', label: t.reading.smaller, group, enabled: prefs.size > 0, run: () => setPrefs({ size: prefs.size - 1 }) },
    ...(compares ? [
      { id: 'reading.sync', label: t.reading.sync, group, run: () => setPrefs({ sync: !prefs.sync }) },
      { id: 'reading.diff', label: t.reading.diff, group, run: () => setPrefs({ diff: !prefs.diff }) },
      { id: 'reading.fold', label: t.reading.fold, group, run: () => setPrefs({ fold: !prefs.fold }) },
    ] : []),
  ]);
  const firstDialogue = views.find((v) => kDialogues.has(v.kind) && !v.each);
  return (
    <PageContext.Provider value={page}>
      <div ref={root} class="task-views" data-width={prefs.width} style={{ '--read-size': String(kSizes[prefs.size] ?? 1) }}>
        <Toolbar compares={compares} onSearch={search} />
        {searching ? <SearchBar units={units} page={page} root={root} onClose={() => setSearching(false)} /> : null}
        {form.help ? <Markdown text={form.help} /> : null}
        {views.length === 0 ? <Pane title={form.title || t.work.prompt} unit="task"><AsItCame value={data} why={t.reading.noViews} /></Pane> : null}
        {views.map((view) => {
          const value = resolve(data, view.from);
          const otherwise = () => <Pane title={view.label || view.id} unit={view.id}><AsItCame value={value} why={t.reading.brokenView} /></Pane>;
          return (
            <Guarded key={view.id} of={data} otherwise={otherwise}>
              {view.each && Array.isArray(value)
                ? <Each view={view} context={context} />
                : <One view={view} context={context} wide={view === firstDialogue} />}
            </Guarded>
          );
        })}
      </div>
    </PageContext.Provider>
  );
}
