import type { ComponentChildren } from 'preact';
import { canSeeAll, mayAudit, useSession } from './session';
import { t } from './strings';
import { href, useRoute } from './ui/route';

/** Pages with a link of their own in the head; all others belong to the projects. */
const kOwn = ['account', 'audit', 'keys', 'models'];

export function Shell({ children }: { children: ComponentChildren }) {
  const { me } = useSession();
  const [head] = useRoute();
  const at = (name: string): 'page' | undefined => (head === name ? 'page' : undefined);
  return (
    <>
      <button type="button" class="skip-link" onClick={() => document.querySelector<HTMLElement>('main')?.focus()}>
        {t.common.skipToContent}
      </button>
      <header class="topbar">
        {me.room.insecure_demo ? <p class="notice">{t.common.demoNotice}</p> : null}
        <div class="topbar-inner">
          <a class="brand" href={href('projects')}><img src="/icon.svg" alt="" /><span>{me.room.title || t.common.app}</span></a>
          <nav aria-label={t.common.app}>
            <a href={href('projects')} aria-current={head && kOwn.includes(head) ? undefined : 'page'}>{t.common.projects}</a>
            {mayAudit(me.member.role) ? <a href={href('audit')} aria-current={at('audit')}>{t.common.audit}</a> : null}
            {canSeeAll(me.member.role) ? <a href={href('models')} aria-current={at('models')}>{t.common.models}</a> : null}
            {canSeeAll(me.member.role) ? <a href={href('keys')} aria-current={at('keys')}>{t.common.roomKeys}</a> : null}
            <a href={href('account')} aria-current={at('account')}>{t.common.account}</a>
          </nav>
        </div>
      </header>
      <main class="page" tabIndex={-1}>{children}</main>
    </>
  );
}

export function Bare({ wide, children }: { wide?: boolean; children: ComponentChildren }) {
  return (
    <main class={`page ${wide ? 'medium' : 'narrow'}`} tabIndex={-1}>
      <div class="brand"><img src="/icon.svg" alt="" /><span>{t.common.app}</span></div>
      {children}
    </main>
  );
}
