import { useState } from 'preact/hooks';
import { api, itemsOf, type Token } from '../api';
import { useSession } from '../session';
import { chosenLanguage, kLanguages, setLanguage } from '../language';
import { t } from '../strings';
import { Button, Segmented } from '../ui/Button';
import { CopyButton } from '../ui/Copy';
import { TextField } from '../ui/Field';
import { formatTime } from '../ui/format';
import { useAction, useLoad, useTitle } from '../ui/hooks';
import { ErrorCard, Load } from '../ui/States';
import { Table } from '../ui/Table';
import { density, setDensity, setTheme, theme, type Density, type Theme } from '../ui/theme';
import { toast } from '../ui/Toast';

export function AccountPage() {
  const { me, signOut } = useSession();
  const [chosen, setChosen] = useState<Theme>(theme());
  const [spacing, setSpacing] = useState<Density>(density());
  const leaving = useAction();
  useTitle(t.account.title);
  return (
    <>
      <div class="page-head">
        <div class="titles">
          <h1>{me.member.name || t.account.title}</h1>
          <p class="soft">{[t.common.roles[me.member.role], me.member.email].filter(Boolean).join(' · ')}</p>
        </div>
        <Button busy={leaving.busy} onClick={() => void leaving.run(signOut)}>{t.account.signOut}</Button>
      </div>
      {leaving.problem ? <ErrorCard problem={leaving.problem} /> : null}
      <section class="card">
        <h2>{t.account.theme}</h2>
        <div>
          <Segmented
            label={t.account.theme} value={chosen} options={Object.entries(t.account.themes) as [Theme, string][]}
            onChange={(value) => {
              setTheme(value);
              setChosen(value);
            }}
          />
        </div>
        <h2>{t.preferences.density}</h2>
        <div class="stack tight">
          <Segmented
            label={t.preferences.density} value={spacing} options={Object.entries(t.preferences.densities) as [Density, string][]}
            onChange={(value) => {
              setDensity(value);
              setSpacing(value);
            }}
          />
          <p class="small soft">{t.preferences.densityHint}</p>
        </div>
        <h2>{t.account.language}</h2>
        <div>
          <Segmented
            label={t.account.language} value={chosenLanguage()} onChange={setLanguage}
            options={Object.entries(kLanguages).map(([code, { name }]) => [code, name] as [string, string])}
          />
        </div>
      </section>
      <Tokens />
    </>
  );
}

function Tokens() {
  const tokens = useLoad(() => api.tokens().then(itemsOf), []);
  const [name, setName] = useState('');
  const [made, setMade] = useState<string | null>(null);
  const action = useAction();
  const revoke = (token: Token): void => {
    void action.run(async () => {
      await api.revokeToken(token.id);
      toast(t.account.revoked);
      tokens.reload();
    });
  };
  return (
    <section class="card">
      <h2>{t.account.tokens}</h2>
      <p class="soft">{t.account.tokensHelp}</p>
      <Load of={tokens}>
        {(list) => list.length === 0 ? <p>{t.account.noTokens}</p> : (
          <Table
            label={t.account.tokens} rows={list} keyOf={(row) => row.id}
            columns={[
              { head: t.account.tokenName, cell: (row) => row.name },
              { head: t.account.created, cell: (row) => formatTime(row.created_at) },
              { head: t.account.expires, cell: (row) => formatTime(row.expires_at) || t.account.never },
              { head: '', end: true, cell: (row) => <Button slim look="danger" onClick={() => revoke(row)}>{t.account.revoke}</Button> },
            ]}
          />
        )}
      </Load>
      {made ? (
        <div class="hint-card" role="status">
          <p>{t.account.newToken}</p>
          <div class="row"><code class="mono">{made}</code><CopyButton text={made} /></div>
        </div>
      ) : null}
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!name.trim()) return;
          void action.run(async () => {
            setMade((await api.createToken(name.trim())).token ?? null);
            setName('');
            tokens.reload();
          });
        }}
      >
        <TextField label={t.account.tokenName} value={name} onInput={setName} maxLength={200} />
        <div class="row"><Button type="submit" busy={action.busy} disabled={!name.trim()}>{t.account.createToken}</Button></div>
      </form>
    </section>
  );
}
