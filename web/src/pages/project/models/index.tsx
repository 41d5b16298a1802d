// Models in one project: what was asked of them, by which keys, out of which budgets.
import { useMemo } from 'preact/hooks';
import { api } from '../../../api';
import { allOf } from '../../../api/manage';
import { modelsApi, type Budget, type Model, type VirtualKey } from '../../../api/models';
import { t } from '../../../strings/models';
import css from '../../../style/models.lazy.css';
import { adoptStyle } from '../../../ui/adopt';
import { Segmented } from '../../../ui/Button';
import { shortId } from '../../../ui/format';
import { useLoad, type Loaded } from '../../../ui/hooks';
import { useQueryWord } from '../../../ui/route';
import type { TabProps } from '../index';
import { Budgets } from './Budgets';
import { Exchanges } from './Exchanges';
import { Keys } from './Keys';

adoptStyle(css);

const kViews = ['exchanges', 'keys', 'budgets'] as const;
const kPage = 200;

/** What the three views name things by. */
export interface Known {
  budgets: Loaded<Budget[]>;
  keys: Loaded<VirtualKey[]>;
  models: Loaded<Model[]>;
  members: Map<string, string>;
}

export interface ViewProps extends Pick<TabProps, 'project' | 'canChange'> {
  known: Known;
}

export function ModelsTab({ project, canChange }: TabProps) {
  const [view, setView] = useQueryWord('view', kViews, 'exchanges');
  const budgets = useLoad(() => modelsApi.budgets(project.id), [project.id]);
  const keys = useLoad(() => allOf((cursor) => modelsApi.keys(project.id, cursor, kPage)), [project.id]);
  const models = useLoad(() => modelsApi.models(), []);
  const people = useLoad(() => allOf((cursor) => api.members({ cursor, limit: kPage })).catch(() => []), []);
  const members = useMemo(() => new Map((people.data ?? []).map((one): [string, string] => [one.id, one.name || one.email || shortId(one.id)])), [people.data]);
  const props: ViewProps = { project, canChange, known: { budgets, keys, models, members } };
  const m = t.models;
  return (
    <div class="stack">
      <Segmented label={m.tabsLabel} value={view} onChange={setView} options={kViews.map((one) => [one, m.tabs[one]])} />
      {view === 'exchanges' ? <Exchanges {...props} /> : view === 'keys' ? <Keys {...props} /> : <Budgets {...props} />}
    </div>
  );
}
