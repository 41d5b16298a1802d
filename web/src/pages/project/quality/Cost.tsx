// What more judgments would have bought: judgments per task against the share of labels that they get right, the same number
// everywhere or given where one more pays.
import { qualityApi, type QualityCost, type QualityPoint } from '../../../api/quality';
import { formatMoney } from '../../../person/money';
import { t } from '../../../strings';
import { formatCount, formatPercent } from '../../../ui/format';
import { useLoad } from '../../../ui/hooks';
import { href } from '../../../ui/route';
import { ErrorCard } from '../../../ui/States';
import { Table, type Column } from '../../../ui/Table';
import { lowEnd, path, stretch, type Point } from './scale';

const kWays = ['same', 'adaptive'] as const;

export function Cost({ project, question, round }: { project: string; question: string; round: string }) {
  const c = t.quality.cost;
  const loaded = useLoad(() => qualityApi.cost(project, question), [project, question, round]);
  const { data } = loaded;
  if (loaded.problem) return <ErrorCard problem={loaded.problem} onRetry={loaded.reload} />;
  if (!data || data.question !== question || data.points.length < 2) return null;
  return (
    <section class="card" data-cost>
      <h2>{c.title}</h2>
      <p class="soft small">{c.note}</p>
      <CostPlot points={data.points} />
      <Table label={c.title} rows={data.points} keyOf={(one) => String(one.judgments)} columns={columns(data)} />
      <p class="soft small">
        <a href={`${href('projects', project, 'tasks')}?state=done`}>{c.from(formatCount(data.judgments), formatCount(data.tasks))}</a>
        {data.sampled ? ` ${c.sampled}` : ''} {c.leftOut(formatCount(data.single), formatCount(data.check))}
        {data.pay ? ` ${data.pay.per === 'task' ? c.payTask : c.payHour}` : ''}
      </p>
    </section>
  );
}

function columns(data: QualityCost): Column<QualityPoint>[] {
  const c = t.quality.cost;
  const { pay } = data;
  const price = (judgments: number): string => (pay ? formatMoney(pay.minor * judgments, pay.currency) : '');
  const used = (judgments: number): string => (Number.isInteger(judgments) ? formatCount(judgments) : judgments.toFixed(1));
  return [
    { head: c.judgments, cell: (one) => formatCount(one.judgments) },
    { head: c.ways.same, end: true, cell: (one) => formatPercent(one.same.right) },
    ...(pay ? [{ head: c.price, end: true, cell: (one: QualityPoint) => price(one.same.judgments) }] : []),
    { head: c.ways.adaptive, end: true, cell: (one) => formatPercent(one.adaptive.right) },
    { head: c.used, end: true, cell: (one) => used(one.adaptive.judgments) },
    ...(pay ? [{ head: c.price, end: true, cell: (one: QualityPoint) => price(one.adaptive.judgments) }] : []),
  ];
}

/** Two lines; the same figures stand in the table below. */
function CostPlot({ points }: { points: QualityPoint[] }) {
  const c = t.quality.cost;
  const last = points[points.length - 1]?.judgments ?? 1;
  const low = lowEnd(Math.min(0.9, ...points.flatMap((one) => kWays.map((way) => one[way].right))));
  const place = (one: { judgments: number; right: number }): Point => ({
    x: stretch(one.judgments, one.judgments, 1, last).at, y: stretch(one.right, one.right, low, 1).at,
  });
  return (
    <div class="cost-plot" aria-hidden="true">
      <span class="axis"><span>{formatPercent(1)}</span><span>{formatPercent(low)}</span></span>
      <div class="field">
        <svg viewBox="0 0 100 100" preserveAspectRatio="none">
          {kWays.map((way) => <path key={way} class={way} d={path(points.map((one) => place(one[way])))} />)}
        </svg>
        {kWays.flatMap((way) => points.map((one) => {
          const { x, y } = place(one[way]);
          return <span key={`${way} ${one.judgments}`} class={`dot ${way}`} style={{ insetInlineStart: `${x}%`, insetBlockEnd: `${y}%` }} />;
        }))}
        {points.map(({ judgments: n }) => (
          <span key={n} class="tick" style={{ insetInlineStart: `${stretch(n, n, 1, last).at}%` }}>{formatCount(n)}</span>
        ))}
      </div>
      <p class="key">{kWays.map((way) => <span key={way}><span class={`dot ${way}`} /> {c.ways[way]}</span>)}</p>
    </div>
  );
}
