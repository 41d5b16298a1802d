// What stands out, each with what a manager can do about it at once.
import { useState } from 'preact/hooks';
import { api, type Project, type ProjectMember } from '../../../api';
import { manage } from '../../../api/manage';
import type { QualityAlert } from '../../../api/quality';
import { t } from '../../../strings';
import { Button, LinkButton } from '../../../ui/Button';
import { formatCount, formatDuration, formatPercent } from '../../../ui/format';
import { useAction } from '../../../ui/hooks';
import { href } from '../../../ui/route';
import { ErrorCard } from '../../../ui/States';
import { toast } from '../../../ui/Toast';
import { alphaText } from './plots';
import { nameOf } from './words';

const kMoreGold = 5;
const kMostGold = 50;

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
  }
}

function Alert({ project, onProject, alert, people, canChange, onChanged }: AlertsProps & { alert: QualityAlert }) {
  const a = t.quality.alerts;
  const action = useAction();
  const [done, setDone] = useState(false);
  const person = alert.member ? people.find((one) => one.member.id === alert.member) : undefined;
  const gold = project.settings.gold_percent ?? kMostGold;
  const name = alert.member ? nameOf(people, alert.member) : '';
  /** A quota of what was given already: nothing more, and nothing is taken away. */
  const hold = (row: ProjectMember): void => void action.run(async () => {
    const change = (quota: number): Promise<null> => manage.changeMember(project.id, row.member.id, { quota, groups: row.groups });
    await change(Math.max(1, row.submitted + row.open));
    setDone(true);
    toast(a.held(name), () => void change(row.quota).then(onChanged));
    onChanged();
  });
  const moreGold = (): void => void action.run(async () => {
    const percent = Math.min(kMostGold, gold + kMoreGold);
    onProject(await api.changeProject(project.id, { settings: { gold_percent: percent } }));
    toast(a.moreGoldDone(formatPercent(percent / 100)));
  });
  return (
    <li>
      <div>
        <h3>{a.kinds[alert.kind]}{name ? <>: <bdi>{name}</bdi></> : null}</h3>
        <p class="soft">{text(alert)}</p>
        {action.problem ? <ErrorCard problem={action.problem} /> : null}
      </div>
      <div class="row">
        {alert.kind === 'guidelines-version' ? <LinkButton slim to={href('projects', project.id, 'guidelines')}>{a.toGuidelines}</LinkButton> : null}
        {alert.member && canChange ? <LinkButton slim to={`${href('review', project.id, 'queue')}?state=accepted&person=${alert.member}`}>{a.answers}</LinkButton> : null}
        {canChange && gold < kMostGold ? <Button slim busy={action.busy} onClick={moreGold}>{a.moreGold}</Button> : null}
        {canChange && person && !person.member.everywhere && !done ? <Button slim busy={action.busy} onClick={() => hold(person)}>{a.hold}</Button> : null}
      </div>
    </li>
  );
}
