// What waits for review, and what was judged: filtered and ordered by the server, one key or click from the desk.
import { api, type Project, type Submission, type SubmissionState } from '../api';
import { t } from '../strings';
import { Button, LinkButton } from '../ui/Button';
import { FilterBar } from '../ui/Chips';
import { useCommands } from '../ui/commands';
import { DataTable } from '../ui/DataTable';
import { Select, TextField } from '../ui/Field';
import { formatDuration, shortId } from '../ui/format';
import { useList } from '../ui/list';
import { go, href, setQuery, useQuery, useQueryWord } from '../ui/route';
import { Empty, Pill } from '../ui/States';
import { Ago } from '../ui/Time';

const kStates: SubmissionState[] = ['in_review', 'accepted', 'fixed', 'returned', 'rejected'];
const kOrders = ['oldest', 'newest'] as const;

export function Queue({ project }: { project: Project }) {
  const [state, setState] = useQueryWord('state', kStates, 'in_review');
  const [order, setOrder] = useQueryWord('order', kOrders, 'oldest');
  const member = useQuery().get('person') ?? '';
  const list = useList<Submission>(
    (cursor, limit) => api.submissions(project.id, { state, order, cursor, limit, ...(member ? { member } : {}) }), [project.id, state, order, member],
  );
  const next = (): void => go('work', project.id, 'review');
  useCommands([{ id: 'review-next', label: t.review.queue.next, keys: ['n'], run: next }]);
  const waiting = state === 'in_review';
  const tools = (
    <FilterBar onClear={member ? () => setQuery({ person: null }) : null}>
      <Select
        label={t.review.queue.state} value={state} onInput={(word) => setState(word as SubmissionState)}
        options={kStates.map((word) => [word, t.review.queue.states[word as keyof typeof t.review.queue.states]])}
      />
      <TextField label={t.review.queue.person} value={member} onInput={(value) => setQuery({ person: value.trim() || null })} />
    </FilterBar>
  );
  return (
    <>
      <div class="row">
        <Button look="primary" hint="n" onClick={next}>{t.review.queue.next}</Button>
        {project.settings.adjudicate ? <LinkButton to={href('work', project.id, 'adjudication')}>{t.review.queue.settle}</LinkButton> : null}
      </div>
      <DataTable
        id="review-queue" label={t.review.queue.title} list={list} keyOf={(s) => s.id} nameOf={(s) => shortId(s.task)} tools={tools}
        order={order} onOrder={(word) => setOrder(word as (typeof kOrders)[number])}
        {...(waiting ? { onOpen: (s: Submission) => go('review', project.id, 'one', s.id) } : {})}
        empty={<Empty title={t.review.queue.empty} text={waiting && !member ? t.review.queue.emptyText : t.review.queue.emptyFilter} />}
        columns={[
          { id: 'task', head: t.review.queue.task, name: true, cell: (s) => <span class="mono">{shortId(s.task)}</span> },
          {
            id: 'person', head: t.review.queue.person,
            cell: (s) => <Button slim look="quiet" onClick={() => setQuery({ person: s.member })}>{shortId(s.member)}</Button>,
          },
          { id: 'submitted', head: t.review.queue.submitted, order: { up: 'oldest', down: 'newest' }, cell: (s) => <Ago at={s.submitted_at} /> },
          { id: 'time', head: t.review.queue.time, end: true, cell: (s) => formatDuration(s.active_ms) },
          { id: 'revision', head: t.review.queue.revision, cell: (s) => (s.revision > 1 ? <Pill tone="accent">{t.review.queue.revised(s.revision)}</Pill> : null) },
        ]}
      />
    </>
  );
}
