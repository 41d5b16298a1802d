// What happened in the project, newest first. It names deeds and people, never content.
import { api } from '../../api';
import { allOf, manage, type Deed } from '../../api/manage';
import { t } from '../../strings';
import { wordsOf } from '../../ui/address';
import { Button } from '../../ui/Button';
import { Chips, FilterBar } from '../../ui/Chips';
import { Pager } from '../../ui/DataTable';
import { formatCount, formatDay, formatTime, shortId } from '../../ui/format';
import { useLoad } from '../../ui/hooks';
import { useList } from '../../ui/list';
import { href, setQuery, useQuery } from '../../ui/route';
import { Empty, ErrorCard, Skeleton } from '../../ui/States';
import { Ago } from '../../ui/Time';
import type { TabProps } from './index';
import { byDay, kDeedKinds, kindOf, told, type DeedKind, type Told } from './run/deeds';
import { personName } from './run/OverviewPeople';

const kMostPages = 12;

/** The server tells everything in order; a filter goes on through its pages until there is enough to show. */
async function load(project: string, kinds: DeedKind[], cursor: string | null, limit: number): Promise<{ items: Deed[]; next: string | null }> {
  const items: Deed[] = [];
  let next = cursor;
  for (let n = 0; n < kMostPages; n++) {
    const page = await manage.activity(project, next, kinds.length > 0 ? 200 : limit);
    items.push(...page.items.filter((deed) => kinds.length === 0 || kinds.includes(kindOf(deed.verb))));
    next = page.next;
    if (next === null || kinds.length === 0 || items.length >= limit) break;
  }
  return { items, next };
}

export function ActivityTab({ project }: TabProps) {
  const kinds = wordsOf(useQuery().get('kind'), kDeedKinds);
  const list = useList((cursor, limit) => load(project.id, kinds, cursor, limit), [project.id, kinds.join(',')], 100);
  const names = useLoad(async () => {
    const [here, all] = await Promise.all([
      allOf((cursor) => api.projectMembers(project.id, { cursor, limit: 200 })), allOf((cursor) => api.members({ cursor, limit: 200 })).catch(() => []),
    ]);
    return new Map([...all.map((x): [string, string] => [x.id, x.name || x.email || shortId(x.id)]), ...here.map((x): [string, string] => [x.member.id, personName(x)])]);
  }, [project.id]);
  const a = t.run.activity;
  const days = byDay(told(list.rows), formatDay);
  return (
    <div class="stack">
      <div class="row between">
        <FilterBar onClear={null}>
          <Chips label={a.show} on={kinds} onChange={(on) => setQuery({ kind: on.join(',') })} options={kDeedKinds.map((k) => [k, a.kinds[k]])} />
        </FilterBar>
        <Button slim look="quiet" busy={list.loading} onClick={list.reload}>{t.ui.refresh}</Button>
      </div>
      {list.problem ? <ErrorCard problem={list.problem} onRetry={list.reload} /> : null}
      {list.rows.length === 0 ? (list.loading ? <Skeleton lines={8} /> : list.problem ? null : <Empty title={a.empty} text={kinds.length > 0 ? a.emptyFilter : a.emptyHint} />) : (
        <div class="feed">
          {days.map(([day, items]) => (
            <section key={day} aria-label={day}>
              <h2 class="feed-day">{day}</h2>
              <ol>{items.map((item) => <Line key={`${item.first.at} ${item.first.verb} ${item.first.object?.id ?? ''}`} item={item} names={names.data} project={project.id} />)}</ol>
            </section>
          ))}
        </div>
      )}
      <Pager list={list} total={null} />
    </div>
  );
}

function Line({ item, names, project }: { item: Told; names: Map<string, string> | null; project: string }) {
  const { first, count } = item;
  const a = t.run.activity;
  const actor = first.actor === null ? a.system : (names?.get(first.actor) ?? shortId(first.actor));
  const verb = a.verbs[first.verb];
  return (
    <li class={`deed ${kindOf(first.verb)}`}>
      <span class="deed-time small soft"><time dateTime={first.at} title={formatTime(first.at)}>{formatTime(first.at)}</time></span>
      <span class="deed-text">
        <span class="strong">{actor}</span> {verb ? verb(count) : a.other(first.verb)}
        {count > 1 && !verb ? <span class="soft num"> ×{formatCount(count)}</span> : null}
        {count === 1 ? <Target deed={first} project={project} names={names} /> : null}
      </span>
      <span class="small soft deed-ago"><Ago at={first.at} /></span>
    </li>
  );
}

function Target({ deed, project, names }: { deed: Deed; project: string; names: Map<string, string> | null }) {
  const { object } = deed;
  if (!object) return null;
  if (object.type === 'task') return <> · <a class="mono" href={`${href('projects', project, 'tasks')}?task=${encodeURIComponent(object.id)}`}>{shortId(object.id)}</a></>;
  if (object.type === 'member') return <> · {names?.get(object.id) ?? shortId(object.id)}</>;
  if (object.type === 'delivery') return <> · <a href={href('projects', project, 'deliveries')}>{t.deliveries.title}</a></>;
  if (object.type === 'project' || object.type === 'guidelines') return null;
  return <span class="soft mono"> · {shortId(object.id)}</span>;
}
