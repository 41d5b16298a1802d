import { useState } from 'preact/hooks';
import { api, type Me } from '../api';
import { Bare } from '../Shell';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { TextField } from '../ui/Field';
import { useAction, useTitle } from '../ui/hooks';
import { ErrorCard } from '../ui/States';

export function SignInPage({ ended, onSignedIn }: { ended: boolean; onSignedIn: (me: Me) => void }) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const action = useAction();
  useTitle(t.signin.title);
  const known: Record<string, string> = { 'bad-credentials': t.signin.bad, 'too-many-attempts': t.signin.tooMany };
  const plain = action.problem ? known[action.problem.kind] : undefined;
  return (
    <Bare>
      <form
        class="card" aria-label={t.signin.title}
        onSubmit={(event) => {
          event.preventDefault();
          void action.run(async () => onSignedIn(await api.signIn(email.trim(), password)));
        }}
      >
        <h1>{t.signin.title}</h1>
        <p class="soft">{ended ? t.signin.ended : t.signin.intro}</p>
        <TextField label={t.signin.email} type="email" autocomplete="username" required value={email} onInput={setEmail} />
        <TextField
          label={t.signin.password} type="password" autocomplete="current-password" required value={password}
          onInput={setPassword} error={plain ?? null}
        />
        {action.problem && !plain ? <ErrorCard problem={action.problem} /> : null}
        <Button look="primary" type="submit" busy={action.busy}>{t.signin.submit}</Button>
        <p class="small soft">{t.signin.forgot}</p>
      </form>
    </Bare>
  );
}
