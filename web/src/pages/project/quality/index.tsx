// The quality of a project: how far people agree, what is right and how sure that is, who is good, what to look at. Each
// figure names its method and leads to what it was computed from.
import { useEffect } from 'preact/hooks';
import { api } from '../../../api';
import { allOf } from '../../../api/manage';
import { qualityApi, type Quality, type QualityQuestion } from '../../../api/quality';
import css from '../../../style/quality.lazy.css';
import { t } from '../../../strings';
import { adoptStyle } from '../../../ui/adopt';
import { Button, LinkButton, Segmented } from '../../../ui/Button';
import { Details } from '../../../ui/Details';
import { formatCount, formatPercent, formatTime } from '../../../ui/format';
import { useLoad } from '../../../ui/hooks';
import { ProgressBar } from '../../../ui/ProgressBar';
import { href, setQuery, useQuery } from '../../../ui/route';
import { Empty, Load, Stat } from '../../../ui/States';
import { Table } from '../../../ui/Table';
import type { TabProps } from '../index';
import { Alerts } from './Alerts';
import { Cost } from './Cost';
import { Models } from './Models';
import { People, Vendors } from './People';
import { AgreementPlot, alphaText } from './plots';
import { Tasks } from './Tasks';
import { methodText } from './words';

adoptStyle(css);

const kReadAgainMs = 1_500;

export function QualityTab({ project, onProject, canChange }: TabProps) {
  const figures = useLoad(() => qualityApi.figures(project.id), [project.id]);
  const people = useLoad(() => allOf((cursor) => api.projectMembers(project.id, { cursor, limit: 200 })), [project.id]);
  const asked = useQuery().get('question');
  const reading = figures.data !== null && (!figures.data.reading.done || figures.data.computed_at === null);
  useEffect(() => {
    if (!reading || figures.loading) return;
    const timer = setTimeout(figures.reload, kReadAgainMs);
    return () => clearTimeout(timer);
  }, [reading, figures.loading]);
  return (
    <Load of={figures} lines={8}>
      {(data) => {
        const answered = data.questions.filter((one) => one.truth !== null);
        const question = answered.find((one) => one.id === asked) ?? answered[0];
        return (
          <div class="stack" data-quality>
            <Reading of={data} />
            {question ? (
              <>
                <div class="row between">
                  {answered.length > 1 ? (
                    <Segmented label={t.quality.question} value={question.id} onChange={(id) => setQuery({ question: id })} options={answered.map((one) => [one.id, one.id])} />
                  ) : <span />}
                  <span class="row soft small">{data.computed_at ? t.quality.at(formatTime(data.computed_at)) : null}<Button slim look="quiet" busy={figures.loading} onClick={figures.reload}>{t.ui.refresh}</Button></span>
                </div>
                <Facts project={project.id} question={question} />
                <Alerts
                  project={project} onProject={onProject} canChange={canChange} people={people.data ?? []} onChanged={people.reload}
                  alerts={data.alerts.filter((alert) => alert.question === question.id)}
                />
                <People project={project} question={question} people={people.data ?? []} round={data.computed_at ?? ''} canChange={canChange} />
                <Vendors project={project.id} question={question.id} round={data.computed_at ?? ''} />
                <Models project={project.id} question={question} round={data.computed_at ?? ''} />
                <AgreementPlot of={question.agreement_over_time} />
                <Cost project={project.id} question={question.id} round={data.computed_at ?? ''} />
                <Tasks project={project} question={question} round={data.computed_at ?? ''} canChange={canChange} />
              </>
            ) : data.reading.done && data.computed_at !== null ? (
              <Empty title={t.quality.empty} text={t.quality.emptyText}><LinkButton to={href('projects', project.id, 'form')}>{t.overview.tabs.form}</LinkButton></Empty>
            ) : <p class="soft" role="status">{t.quality.computing}</p>}
          </div>
        );
      }}
    </Load>
  );
}

function Reading({ of }: { of: Quality }) {
  const { done, answers, read, left_out: left, damaged } = of.reading;
  const q = t.quality;
  return (
    <>
      {done ? null : <div class="card"><ProgressBar label={q.reading} value={read} total={answers} format={formatCount} /><p class="soft small">{q.readingHint}</p></div>}
      {left > 0 ? <p class="soft">{q.leftOut(formatCount(left))}</p> : null}
      {damaged > 0 ? <p class="bad" role="status">{q.damaged(formatCount(damaged))}</p> : null}
    </>
  );
}

function Facts({ project, question }: { project: string; question: QualityQuestion }) {
  const q = t.quality;
  const { agreement, truth, consensus } = question;
  const tasks = href('projects', project, 'tasks');
  const alpha = agreement.value === null ? '–' : q.plusMinus(alphaText(agreement.value), alphaText(agreement.error ?? 0));
  return (
    <>
      <dl class="stats">
        <Stat label={q.agreement} value={alpha} note={agreement.value === null ? q.noAgreement : q.agreementNote(formatCount(agreement.tasks))} to={`${tasks}?state=done`} />
        {truth ? <Stat label={q.sure} value={formatPercent(truth.sure)} note={q.sureNote(methodText(truth.method))} /> : null}
        {truth ? <Stat label={q.right} value={formatPercent(truth.right)} note={q.rightNote} /> : null}
        <Stat
          label={q.judgments} value={formatCount(question.judgments)} note={q.judgmentsNote(formatCount(question.tasks), formatCount(question.people))}
          to={href('projects', project, 'members')}
        />
        {consensus && consensus.gold_tasks > 0 ? (
          <Stat
            label={q.gold} value={formatCount(consensus.gold_tasks)} note={q.goldNote(formatPercent(consensus.found), formatPercent(consensus.expected))}
            to={`${tasks}?kind=gold`} {...(consensus.believed ? {} : { tone: 'bad' as const })}
          />
        ) : null}
      </dl>
      {truth ? (
        <Details summary={<span class="small">{q.how}</span>}>
          <p lang="en">{truth.why}</p>
          <Table
            label={q.how} rows={truth.weights.filter((one) => one.weight >= 0.005)} keyOf={(one) => one.method}
            columns={[{ head: q.model, cell: (one) => methodText(one.method) }, { head: q.weight, end: true, cell: (one) => formatPercent(one.weight) }]}
          />
        </Details>
      ) : null}
    </>
  );
}
