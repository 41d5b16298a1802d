// Step 6: the tasks come in, people get their links, the work opens.
import { useState } from 'preact/hooks';
import { api, type Role } from '../../api';
import { heldFor } from '../../imports/held';
import { t } from '../../strings/make';
import { Button, LinkButton } from '../../ui/Button';
import { CopyButton } from '../../ui/Copy';
import { Select, TextField } from '../../ui/Field';
import { formatCount } from '../../ui/format';
import { useAction, useLoad } from '../../ui/hooks';
import { href } from '../../ui/route';
import { ErrorCard, problemText } from '../../ui/States';
import { focusField } from '../project/formFocus';
import { Frame, kNothingToSave, type StepProps } from '../newProject';
import { FilePick } from '../project/importFile';
import { isMapped } from '../project/importMapping';
import { RunPanel, StartImport, useRun } from '../project/importRun';
import { useImportSetup } from '../project/importSetup';

function Invite({ project }: { project: string }) {
  const [role, setRole] = useState<Role>('expert');
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [tried, setTried] = useState(false);
  const [links, setLinks] = useState<{ name: string; role: Role; link: string }[]>([]);
  const action = useAction();
  const w = t.make.wizard;
  const m = t.members;
  return (
    <div class="card">
      <h2>{w.invite}</h2>
      <p class="soft">{w.inviteHelp}</p>
      <form
        class="row invite-row"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!/^\S+@\S+$/.test(email.trim())) return focusField('/email');
          void action.run(async () => {
            const { link } = await api.invite({ role, projects: [project], email: email.trim(), ...(name.trim() ? { name: name.trim() } : {}) });
            setLinks([...links, { name: name.trim() || email.trim(), role, link }]);
            setName('');
            setEmail('');
            setTried(false);
          });
        }}
      >
        <Select label={m.role} value={role} options={(['expert', 'reviewer'] as Role[]).map((r) => [r, t.common.roles[r]])} onInput={setRole} />
        <TextField label={m.name} optional value={name} onInput={setName} maxLength={200} />
        <div data-field="/email">
          <TextField
            label={m.email} type="text" value={email} onInput={setEmail} maxLength={320}
            error={tried && !/^\S+@\S+$/.test(email.trim()) ? w.needEmail : action.problem?.field === '/email' ? problemText(action.problem) : null}
          />
        </div>
        <Button type="submit" busy={action.busy}>{m.make}</Button>
      </form>
      {action.problem && action.problem.field !== '/email' ? <ErrorCard problem={action.problem} /> : null}
      {links.length > 0 ? <p class="soft small">{m.linkHint}</p> : null}
      {links.map((one) => (
        <div key={one.link} class="row between">
          <span><bdi>{one.name || t.common.roles[one.role]}</bdi> <span class="mono small" data-link>{one.link}</span></span>
          <CopyButton text={one.link} />
        </div>
      ))}
    </div>
  );
}

function Tasks({ project, form, base }: StepProps) {
  const setup = useImportSetup(project.id, form, base);
  const [held, setHeld] = useState(() => heldFor(project.id));
  const state = useRun(held?.run ?? null);
  const progress = useLoad(() => api.progress(project.id), [project.id, state?.phase]);
  const w = t.make.wizard;
  const ready = setup.held && setup.plan && !setup.held.look.problem;
  const there = progress.data?.tasks.total ?? 0;
  return (
    <div class="card">
      <h2>{w.tasks}</h2>
      {there > 0 ? <p data-there={there}>{w.there(formatCount(there), there)}</p> : null}
      {held?.run ? <RunPanel held={held} /> : ready && setup.held && setup.plan ? (
        isMapped(setup)
          ? <StartImport project={project.id} held={setup.held} plan={setup.plan} disabled={false} onStarted={setHeld} />
          : <><p class="bad">{w.unmatched}</p><div class="row"><LinkButton to={href('new', project.id, 'match')}>{t.make.map.title}</LinkButton></div></>
      ) : <><p class="soft">{there > 0 ? w.moreLater : t.make.file.again}</p><FilePick setup={setup} /></>}
    </div>
  );
}

export function FinishStep(props: StepProps) {
  const { project, onProject } = props;
  const action = useAction();
  const w = t.make.wizard;
  const open = project.state === 'open';
  return (
    <Frame step="start" project={project.id} save={kNothingToSave}>
      <Tasks {...props} />
      <Invite project={project.id} />
      <div class="card">
        <h2>{w.open}</h2>
        <p class="soft">{open ? w.isOpen : w.openHelp}</p>
        {action.problem ? <ErrorCard problem={action.problem} /> : null}
        <div class="row">
          {open ? null : (
            <Button
              look="primary" busy={action.busy} data-open
              onClick={() => void action.run(async () => onProject(await api.changeProject(project.id, { state: 'open' })))}
            >
              {t.overview.start}
            </Button>
          )}
          {open ? <LinkButton look="primary" to={href('work', project.id, 'work')}>{w.tryIt}</LinkButton> : null}
          <LinkButton to={href('projects', project.id)}>{w.toProject}</LinkButton>
        </div>
      </div>
    </Frame>
  );
}
