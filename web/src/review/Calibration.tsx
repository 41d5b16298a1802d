// How my verdicts compare: shares beside the others', agreement on the same work, and a blind second look to know more.
import { api, type Calibration as Figures, type JudgedAs, type Project, type Verdict } from '../api';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { formatCount, shortId } from '../ui/format';
import { useLoad } from '../ui/hooks';
import { Empty, Load, Pill } from '../ui/States';
import { Table } from '../ui/Table';
import { Ago } from '../ui/Time';

const kVerdicts: Verdict[] = ['accept', 'fix', 'return', 'reject'];
const kFew = 10;

const percent = (part: number, whole: number): string => `${whole > 0 ? Math.round((100 * part) / whole) : 0} %`;
const sum = (counts: Record<Verdict, number>): number => kVerdicts.reduce((all, v) => all + (counts[v] ?? 0), 0);

export function verdictText({ verdict, reason }: JudgedAs): string {
  const why = reason ? (t.review.reasons as Record<string, string>)[reason] ?? reason : '';
  return why ? `${t.review.verdicts[verdict]}: ${why}` : t.review.verdicts[verdict];
}

export function Calibration({ project, onLook }: { project: Project; onLook: () => void }) {
  const figures = useLoad(() => api.calibration(project.id), [project.id]);
  return (
    <>
      <p class="soft">{t.review.calibration.intro}</p>
      <div class="row"><Button look="primary" onClick={onLook}>{t.review.calibration.look}</Button></div>
      <Load of={figures}>
        {(data) => (
          <>
            <Shares data={data} />
            <Agreement data={data} />
            {data.recent.length > 0 ? (
              <section class="card">
                <h2>{t.review.calibration.recent}</h2>
                <Table
                  label={t.review.calibration.recent} rows={data.recent} keyOf={(r) => `${r.submission}/${r.at}`}
                  columns={[
                    { head: t.review.calibration.yours, cell: (r) => t.review.verdicts[r.mine] },
                    { head: t.review.calibration.theirs, cell: (r) => t.review.verdicts[r.first] },
                    { head: '', cell: (r) => (r.mine === r.first ? <Pill tone="good">{t.review.calibration.agreed}</Pill> : <Pill tone="warn">{t.review.calibration.disagreed}</Pill>) },
                    { head: t.review.queue.task, cell: (r) => <span class="mono">{shortId(r.submission)}</span> },
                    { head: t.review.calibration.when, cell: (r) => <Ago at={r.at} /> },
                  ]}
                />
              </section>
            ) : null}
          </>
        )}
      </Load>
    </>
  );
}

function Shares({ data }: { data: Figures }) {
  const [mine, others] = [sum(data.mine), sum(data.others)];
  if (mine + others === 0) return <Empty title={t.review.calibration.none} text="" />;
  const bar = (label: string, part: number, whole: number, own: boolean) => (
    <div class="share" role="img" aria-label={`${label}: ${percent(part, whole)}`}>
      <span class="soft small">{label}</span>
      <span class="share-bar"><span class={own ? 'own' : ''} style={{ inlineSize: percent(part, whole).replace(' ', '') }} /></span>
      <span class="num small">{percent(part, whole)} <span class="soft">({formatCount(part)})</span></span>
    </div>
  );
  return (
    <section class="card">
      <h2>{t.review.calibration.shares}</h2>
      {kVerdicts.map((v) => (
        <div key={v} class="share-group">
          <h3>{t.review.verdicts[v]}</h3>
          {bar(t.review.calibration.mine, data.mine[v] ?? 0, mine, true)}
          {bar(t.review.calibration.others, data.others[v] ?? 0, others, false)}
        </div>
      ))}
    </section>
  );
}

function Agreement({ data }: { data: Figures }) {
  const { count, same, matrix } = data.second_looks;
  return (
    <section class="card">
      <h2>{t.review.calibration.agreement}</h2>
      {count === 0 ? <p>{t.review.calibration.noLooks}</p> : (
        <>
          <p>{t.review.calibration.agree(formatCount(same), formatCount(count), percent(same, count))} {count < kFew ? t.review.calibration.few : ''}</p>
          <div class="table-wrap" tabIndex={0} role="region" aria-label={t.review.calibration.agreement}>
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">{t.review.calibration.matrixRow} ↓ / {t.review.calibration.matrixColumn} →</th>
                  {kVerdicts.map((v) => <th key={v} scope="col" class="end">{t.review.verdicts[v]}</th>)}
                </tr>
              </thead>
              <tbody>
                {kVerdicts.map((first) => (
                  <tr key={first}>
                    <th scope="row">{t.review.verdicts[first]}</th>
                    {kVerdicts.map((v) => {
                      const n = matrix[first]?.[v] ?? 0;
                      return <td key={v} class="end">{n === 0 ? <span class="soft">0</span> : first === v ? <strong>{formatCount(n)}</strong> : <span class="warn">{formatCount(n)}</span>}</td>;
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}
