// Mounted once for the whole app while somebody is signed in: runs the keys of commands, shows key map and palette.
import { useEffect, useState } from 'preact/hooks';
import { canManage, useSession } from '../session';
import { t } from '../strings';
import { openKeyMap, openPalette, useCommandKeys, useCommands } from './commands';
import { lazy } from './lazy';
import { go } from './route';

const nothing = (): null => null;
const panels = () => import('../chunks/aside');
const KeyMap = lazy(() => panels().then((m) => m.KeyMap), nothing);
const Palette = lazy(() => panels().then((m) => m.Palette), nothing);
const kPrefetchMs = 3000;

export function CommandHost() {
  const { me } = useSession();
  const [panel, setPanel] = useState<'keys' | 'palette' | null>(null);
  useCommandKeys(setPanel);
  // Fetched after the page itself, so that both are there without a connection too.
  useEffect(() => {
    const timer = setTimeout(() => [KeyMap, Palette].forEach((panel) => panel.ahead()), kPrefetchMs);
    return () => clearTimeout(timer);
  }, []);
  const c = t.commands;
  const close = (): void => setPanel(null);
  useCommands([
    { id: 'host.palette', label: c.showPalette, keys: ['/'], group: c.groups.everywhere, run: openPalette },
    { id: 'show-keys', label: c.showKeys, keys: ['?'], group: c.groups.everywhere, run: openKeyMap },
    { id: 'host.leave', label: c.leaveField, keys: ['Escape'], group: c.groups.everywhere, enabled: false, run: () => undefined },
    { id: 'to-projects', label: c.toProjects, group: c.groups.pages, run: () => go('projects') },
    { id: 'to-account', label: c.toAccount, group: c.groups.pages, run: () => go('account') },
    { id: 'to-new', label: c.toNew, group: c.groups.pages, enabled: canManage(me.member.role), run: () => go('new') },
  ]);
  if (panel === 'keys') return <KeyMap onClose={close} />;
  if (panel === 'palette') return <Palette onClose={close} />;
  return null;
}
