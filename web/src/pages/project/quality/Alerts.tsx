// What stands out, each with what a manager can do about it at once.
import { useState } from 'preact/hooks';
import { api, type Project, type ProjectMember } from '../../../api';
import { manage } from '../../../api/manage';
import type { QualityAlert } from '../../../api/quality';
import { t } from '../../../strings';
import { Button, LinkButton } from '../../../ui/Button';
import { formatCount, formatDuration, formatPercent, shortId } from '../../../ui/format';
import { useAction } from '../../../ui/hooks';
import { href } from '../../../ui/route';
import { ErrorCard } from '../../../ui/States';
import { toast } from '../../../ui/Toast';
import { alphaText } from './plots';
import { nameOf } from './words';

const kMoreGold = 5;
const kMostGold = 50;
const kMostTasks = 6;

interface AlertsProps {
  project: Project;
  onProject: (project: Project) => void;
  alerts: QualityAlert[];
  people: ProjectMember[];
  canChange: boolean;
  onChanged: () => void;
}

export function Alerts(props: AlertsProps) {
  const { alerts } = props;
  const a = t.quality.alerts;
  return (
    <section class="card" aria-label={a.title}>
      <h2>{a.title}</h2>
      {alerts.length === 0 ? <p class="soft">{a.none}</p> : (
        <>
          <ul class="alerts">{alerts.map((alert, i) => <Alert key={i} {...props} alert={alert} />)}</ul>
          <p class="soft small">{a.note}</p>
        </>
      )}
    </section>
  );
}

function text(alert: QualityAlert): string {
  const a = t.quality.alerts;
  switch (alert.kind) {
    case 'agreement-falls': return a.agreement(alphaText(alert.value), alphaText(alert.against));
    case 'guidelines-version': return a.guidelines(formatCount(alert.guidelines_version ?? 0), alphaText(alert.value), alphaText(alert.against));
    case 'consensus-wrong': return a.consensus(formatPercent(alert.value), formatPercent(alert.against));
    case 'low-skill': return a.skill(formatPercent(alert.value), formatPercent(alert.against));
    case 'too-fast': return a.fast(formatDuration(alert.value * 1000), formatDuration(alert.against * 1000));
    case 'copying': return a.copying(formatCount(alert.value), alert.against.toFixed(1));
  }
}

function Alert(props: AlertsProps & { alert: QualityAlert }) {
  const { project, onProject, alert, people, canChange } = props;
  const a = t.quality.alerts;
  const action = useAction();
  const persons = [alert.member, ...alert.others].filter((id) => id !== null);
  const gold = project.settings.gold_percent ?? kMostGold;
  const moreGold = (): void => void action.run(async () => {
    const percent = Math.min(kMostGold, gold + kMoreGold);
    onProject(await api.changeProject(project.id, { settings: { gold_percent: percent } }));
    toast(a.moreGoldDone(formatPercent(percent / 100)));
  });
  return (
    <li>
      <div>
        <h3>{a.kinds[alert.kind]}{persons.length === 1 ? <>: <bdi>{nameOf(people, persons[0] ?? '')}</bdi></> : null}</h3>
        <p class="soft">{text(alert)}</p>
        {alert.tasks.length > 0 ? (
          <p class="row tight small">{a.where} {alert.tasks.slice(0, kMostTasks).map((id) => <a key={id} class="mono" href={`${href('projects', project.id, 'tasks')}?task=${id}`}>{shortId(id)}</a>)}</p>
        ) : null}
        {action.problem ? <ErrorCard problem={action.problem} /> : null}
      </div>
      {alert.kind === 'guidelines-version' ? <div class="row"><LinkButton slim to={href('projects', project.id, 'guidelines')}>{a.toGuidelines}</LinkButton></div> : null}
      {persons.map((id) => <PersonActions key={id} {...props} id={id} named={persons.length > 1} />)}
      {canChange && gold < kMostGold ? <div class="row"><Button slim busy={action.busy} onClick={moreGold}>{a.moreGold}</Button></div> : null}
    </li>
  );
}

/** What a manager can do about one person: read their answers, give them no more tasks. */
function PersonActions({ project, people, canChange, onChanged, id, named }: AlertsProps & { id: string; named: boolean }) {
  const a = t.quality.alerts;
  const action = useAction();
  const [done, setDone] = useState(false);
  const person = people.find((one) => one.member.id === id);
  const name = nameOf(people, id);
  if (!canChange) return named ? <bdi>{name}</bdi> : null;
  /** A quota of what was given already: nothing more, and nothing is taken away. */
  const hold = (row: ProjectMember): void => void action.run(async () => {
    const change = (quota: number): Promise<null> => manage.changeMember(project.id, row.member.id, { quota, groups: row.groups });
    await change(Math.max(1, row.submitted + row.open));
    setDone(true);
    toast(a.held(name), () => void change(row.quota).then(onChanged));
    onChanged();
  });
  return (
    <div class={named ? 'row between person' : 'row'} role="group" aria-label={name}>
      {named ? <bdi>{name}</bdi> : null}
      <span class="row">
        <LinkButton slim to={`${href('review', project.id, 'queue')}?state=accepted&person=${id}`}>{a.answers}</LinkButton>
        {person && !person.member.everywhere && !done ? <Button slim busy={action.busy} onClick={() => hold(person)}>{a.hold}</Button> : null}
      </span>
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
    </div>
  );
}
