// The key map: every command of the page that has a key, by group.
import { useMemo } from 'preact/hooks';
import { t } from '../strings';
import { Key } from './Button';
import { allCommands, type Command } from './commands';
import { Dialog } from './Dialog';
import { keyCaps } from './keys';

export function KeyCaps({ name }: { name: string }) {
  return <span class="caps">{keyCaps(name).map((cap) => <Key key={cap} name={cap} />)}</span>;
}

function grouped(commands: Command[]): [string, Command[]][] {
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    if (!command.keys?.length) continue;
    const group = command.group ?? t.commands.groups.here;
    groups.set(group, [...(groups.get(group) ?? []), command]);
  }
  // What is everywhere comes last: the page's own keys are what people look for.
  const everywhere = t.commands.groups.everywhere;
  return [...groups].sort(([a], [b]) => Number(a === everywhere) - Number(b === everywhere));
}

export function KeyMap({ onClose }: { onClose: () => void }) {
  const groups = useMemo(() => grouped(allCommands()), []);
  return (
    <Dialog title={t.common.keysTitle} wide onClose={onClose}>
      <p class="soft small">{t.commands.keysNote}</p>
      <div class="keymap-groups">
        {groups.map(([group, commands]) => (
          <section key={group} class="stack tight">
            <h3>{group}</h3>
            <dl class="keymap">
              {commands.map((command) => (
                <div key={command.id}>
                  <dt>
                    {(command.keys ?? []).map((key) => <KeyCaps key={key} name={key} />)}
                    <span class="sr-only">{(command.keys ?? []).join(', ')}</span>
                  </dt>
                  <dd>{command.label}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
