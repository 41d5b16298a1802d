// The guidelines: every version, any two of them compared, and the next one written beside its preview.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { api, type Guidelines } from '../../api';
import { Markdown } from '../../markdown/Markdown';
import { useSession } from '../../session';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { Select } from '../../ui/Field';
import { formatTime } from '../../ui/format';
import { useLoad } from '../../ui/hooks';
import { Empty, Load, Pill } from '../../ui/States';
import type { TabProps } from './index';
import { GuidelinesDiff } from './run/GuidelinesDiff';
import { draftKey, GuidelinesEditor, hasDraft } from './run/GuidelinesEditor';

export type Version = Guidelines & { must_read?: boolean };

export function GuidelinesTab({ project, onProject, canChange }: TabProps) {
  const { me } = useSession();
  const versions = useLoad(() => api.guidelinesList(project.id), [project.id, project.guidelines_version]);
  const key = draftKey(me.member.id, project.id);
  const [editing, setEditing] = useState(canChange && hasDraft(key));
  const [shown, setShown] = useState<number | null>(null);
  const [against, setAgainst] = useState(0);
  const g = t.guidelines;
  if (editing) {
    return (
      <GuidelinesEditor
        project={project.id} draft={key} from={project.guidelines_version} onClose={() => setEditing(false)}
        onSaved={(version) => {
          setEditing(false);
          setShown(version);
          setAgainst(0);
          onProject({ ...project, guidelines_version: version });
        }}
      />
    );
  }
  const edit = canChange ? <Button look="primary" onClick={() => setEditing(true)}>{g.edit}</Button> : null;
  return (
    <Load of={versions} lines={8}>
      {(page) => {
        const all: Version[] = page.items;
        const latest = all[0]?.version ?? 0;
        if (latest === 0) return <Empty title={g.empty} text={g.emptyHint}>{edit}</Empty>;
        const version = shown ?? latest;
        return (
          <div class="versions">
            <VersionList all={all} version={version} onShow={setShown}>{edit}</VersionList>
            <section class="card" aria-label={g.version(version)}>
              <div class="row between">
                <h2>{against > 0 && against !== version ? g.changed(against, version) : g.version(version)}</h2>
                {all.length > 1 ? (
                  <Select
                    label={g.compare} value={String(against)} onInput={(v) => setAgainst(Number(v))}
                    options={[['0', t.common.none], ...all.filter((x) => x.version !== version).map((x) => [String(x.version), g.version(x.version)] as [string, string])]}
                  />
                ) : null}
              </div>
              {against > 0 && against !== version
                ? <GuidelinesDiff project={project.id} from={against} to={version} /> : <Text project={project.id} version={version} />}
            </section>
          </div>
        );
      }}
    </Load>
  );
}

function VersionList({ all, version, onShow, children }: { all: Version[]; version: number; onShow: (version: number) => void; children: ComponentChildren }) {
  const g = t.guidelines;
  return (
    <aside class="stack" aria-label={g.versions}>
      {children}
      <ol class="version-list">
        {all.map((x) => (
          <li key={x.version}>
            <button type="button" aria-pressed={x.version === version} onClick={() => onShow(x.version)}>
              <span class="row between"><span class="strong">{g.version(x.version)}</span><span class="soft small">{formatTime(x.created_at)}</span></span>
              {x.note ? <span class="small">{x.note}</span> : null}
              {x.must_read ? <span><Pill tone="accent">{g.mustRead}</Pill></span> : null}
            </button>
          </li>
        ))}
      </ol>
    </aside>
  );
}

function Text({ project, version }: { project: string; version: number }) {
  const text = useLoad(() => api.guidelines(project, version), [project, version]);
  return <Load of={text} lines={6}>{(data) => <div class="reading"><Markdown text={data.markdown ?? ''} /></div>}</Load>;
}
