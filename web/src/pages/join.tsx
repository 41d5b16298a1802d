import { useState } from 'preact/hooks';
import { api, type InviteInfo, type Me } from '../api';
import { Bare } from '../Shell';
import { t } from '../strings';
import { Button, LinkButton } from '../ui/Button';
import { TextField } from '../ui/Field';
import { useAction, useLoad, useTitle } from '../ui/hooks';
import { href, replacePath } from '../ui/route';
import { Empty, ErrorCard, Load } from '../ui/States';

const kLeastPassword = 12;

export function JoinPage({ code, onJoined }: { code: string; onJoined: (me: Me) => void }) {
  const info = useLoad(() => api.checkInvite(code), [code]);
  useTitle(t.join.accept);
  const gone = info.problem !== null && info.problem.status >= 400 && info.problem.status < 500 && info.problem.status !== 429;
  return (
    <Bare>
      {gone ? (
        <Empty whole title={t.join.invalidTitle} text={t.join.invalid}>
          <LinkButton to={href()}>{t.signin.title}</LinkButton>
        </Empty>
      ) : (
        <Load of={info}>{(data) => <JoinForm code={code} info={data} onJoined={onJoined} />}</Load>
      )}
    </Bare>
  );
}

function JoinForm({ code, info, onJoined }: { code: string; info: InviteInfo; onJoined: (me: Me) => void }) {
  const [name, setName] = useState(info.name ?? '');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const action = useAction();
  const nameMissing = !info.name && name.trim() === '';
  const tooShort = info.needs_password && [...password].length < kLeastPassword;
  return (
    <form
      class="card" aria-label={t.join.title(info.room.title)}
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (nameMissing || tooShort) return;
        void action.run(async () => {
          const body = { code, ...(name.trim() ? { name: name.trim() } : {}), ...(info.needs_password ? { password } : {}) };
          const me = await api.acceptInvite(body);
          // The code must not stay in the address, where a glance or the history would give it away.
          replacePath('projects');
          onJoined(me);
        });
      }}
    >
      <h1>{t.join.title(info.room.title)}</h1>
      <p class="soft">{t.join.role(t.common.roles[info.role])}</p>
      {info.email ? <p class="small">{info.email}</p> : null}
      <TextField
        label={t.join.name} help={t.join.nameHelp} autocomplete="name" maxLength={200} value={name} onInput={setName}
        error={tried && nameMissing ? t.join.needName : null}
      />
      {info.needs_password ? (
        <TextField
          label={t.join.password} help={t.join.passwordHelp} type="password" autocomplete="new-password" value={password}
          onInput={setPassword} error={tried && tooShort ? t.join.short : null}
        />
      ) : null}
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      <Button look="primary" type="submit" busy={action.busy}>{t.join.accept}</Button>
    </form>
  );
}
