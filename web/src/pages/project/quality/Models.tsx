// How the models stand whose responses people compared. Shown only where the tasks name them.
import { useEffect } from 'preact/hooks';
import { qualityApi, type QualityModel, type QualityQuestion, type QualityRanking } from '../../../api/quality';
import { t } from '../../../strings';
import { Details } from '../../../ui/Details';
import { formatCount } from '../../../ui/format';
import { useLoad } from '../../../ui/hooks';
import { ProgressBar } from '../../../ui/ProgressBar';
import { href } from '../../../ui/route';
import { ErrorCard } from '../../../ui/States';
import { Table, type Column } from '../../../ui/Table';
import { IntervalBar } from './plots';

const kReadNamesMs = 1_500;

/** A comparison's answers are letters. */
const compares = (question: QualityQuestion): boolean => question.labels[0] === 'a' && question.labels[1] === 'b';

export function Models({ project, question, round }: { project: string; question: QualityQuestion; round: string }) {
  return compares(question) ? <Ranking project={project} question={question.id} round={round} /> : null;
}

function Ranking({ project, question, round }: { project: string; question: string; round: string }) {
  const m = t.quality.models;
  const loaded = useLoad(() => qualityApi.ranking(project, question), [project, question, round]);
  const { data } = loaded;
  const reading = data !== null && !data.reading.done;
  useEffect(() => {
    if (!reading || loaded.loading) return;
    const timer = setTimeout(loaded.reload, kReadNamesMs);
    return () => clearTimeout(timer);
  }, [reading, loaded.loading]);
  if (loaded.problem) return <ErrorCard problem={loaded.problem} onRetry={loaded.reload} />;
  if (!data || data.question !== question || data.models.length === 0) return null;
  return (
    <section class="card" data-models>
      <h2>{m.title}</h2>
      <p class="soft small">{m.note}</p>
      {reading ? <ProgressBar label={m.reading} value={data.reading.read} total={data.reading.tasks} format={formatCount} /> : null}
      <Table label={m.title} rows={data.models} keyOf={(one) => one.model} columns={columns(data)} />
      <p class="soft small">
        <a href={`${href('projects', project, 'tasks')}?state=done`}>{m.from(formatCount(data.judgments), formatCount(data.comparisons))}</a> {leftOut(data)}
      </p>
      {data.groups > 1 ? <p class="soft small">{m.groups}</p> : null}
      <Details summary={<span class="small">{m.how}</span>}>
        <p>{m.methods[data.method]} {m.errors[data.error]}{data.separated ? ` ${m.separated}` : ''}</p>
      </Details>
    </section>
  );
}

function leftOut(data: QualityRanking): string {
  const m = t.quality.models;
  return [
    data.both_bad > 0 ? m.bothBad(formatCount(data.both_bad)) : '',
    data.unnamed > 0 ? m.unnamed(formatCount(data.unnamed)) : '',
  ].filter(Boolean).join(' ');
}

const signed = (value: number): string => `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(2)}`;

function columns(data: QualityRanking): Column<QualityModel>[] {
  const m = t.quality.models;
  return [
    { head: m.model, cell: (one) => <><span class="soft num">{formatCount(one.rank)}</span> <bdi>{one.model}</bdi></> },
    ...(data.groups > 1 ? [{ head: m.group, end: true, cell: (one: QualityModel) => formatCount(one.group + 1) }] : []),
    { head: m.winRate, cell: (one) => <IntervalBar of={one.win_rate} low={0} /> },
    { head: m.strength, end: true, cell: (one) => (
      <bdi class="num">{t.quality.people.interval(signed(one.strength.mean), signed(one.strength.lower), signed(one.strength.upper))}</bdi>
    ) },
    { head: m.wins, end: true, cell: (one) => formatCount(one.wins) },
    { head: m.ties, end: true, cell: (one) => formatCount(one.ties) },
    { head: m.losses, end: true, cell: (one) => formatCount(one.losses) },
  ];
}
