// The models of the room: which servers it may reach, how those are, and the names that stand for models on them.
import type { Role } from '../../api';
import { modelsApi } from '../../api/models';
import { canManage, mayAudit } from '../../session';
import { t } from '../../strings/models';
import css from '../../style/models.lazy.css';
import { adoptStyle } from '../../ui/adopt';
import { useLoad, useTitle } from '../../ui/hooks';
import { ModelList } from './ModelList';
import { Peers } from './Peers';

adoptStyle(css);

export function ModelsPage({ role }: { role: Role }) {
  const peers = useLoad(() => modelsApi.peers(), []);
  useTitle(t.models.title);
  return (
    <>
      <div class="page-head"><div class="titles"><h1>{t.models.title}</h1><p class="soft">{t.models.intro}</p></div></div>
      <ModelList peers={peers.data?.items ?? []} canChange={canManage(role)} />
      <Peers peers={peers} seesExposure={mayAudit(role)} canAdd={role === 'owner'} />
    </>
  );
}
