// Which page to show: by sign-in first, then by the path behind the hash. A page that fails shows why instead of nothing.
import { Component, type ComponentChildren, type ComponentType } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { api, asProblem, onAccessProblem, type Me, type Problem, type Role } from './api';
import { DarkProject, DarkRoom } from './dark/DarkPage';
import { lookAgain } from './dark/room';
import { projectOf, roleInTheDark, useDark } from './dark/useDark';
import { Fates } from './journal/Fates';
import { localWork } from './journal/local';
import { Unsent } from './journal/Unsent';
import { LinkGate } from './markdown/LinkGate';
import { SignInPage } from './pages/signin';
import { canSeeAll, SessionContext } from './session';
import { loadPersonalWords, loadStaffWords, t } from './strings';
import { Bare, Shell } from './Shell';
import { CommandHost } from './ui/CommandHost';
import { Button, LinkButton } from './ui/Button';
import { lazy } from './ui/lazy';
import { go, href, useRoute } from './ui/route';
import { Empty, ErrorCard, Skeleton } from './ui/States';
import { Toasts } from './ui/Toast';

/** A page of those who run or review projects, with its words. */
const staffPage = <P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> =>
  lazy(async () => (await Promise.all([load(), loadStaffWords()]))[0]);
/** A page of one's own, with its words. */
const ownPage = <P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> =>
  lazy(async () => (await Promise.all([load(), loadPersonalWords()]))[0]);
const AccountPage = ownPage(() => import('./chunks/own').then((m) => m.AccountPage));
const AuditPage = staffPage(() => import('./chunks/staff').then((m) => m.AuditPage));
const HistoryPage = ownPage(() => import('./chunks/own').then((m) => m.HistoryPage));
const JoinPage = lazy(() => import('./chunks/own').then((m) => m.JoinPage));
const KeysPage = staffPage(() => import('./chunks/staff').then((m) => m.KeysPage));
const ModelsPage = staffPage(() => import('./chunks/models').then((m) => m.ModelsPage));
const NewProjectPage = staffPage(() => import('./chunks/staff').then((m) => m.NewProjectPage));
const ProjectPage = staffPage(() => import('./chunks/staff').then((m) => m.ProjectPage));
const ReviewPage = staffPage(() => import('./chunks/staff').then((m) => m.ReviewPage));
const ReviewFlow = staffPage(() => import('./chunks/staff').then((m) => m.ReviewFlow));
const ProjectsPage = ownPage(() => import('./chunks/own').then((m) => m.ProjectsPage));
const WorkPage = lazy(() => import('./pages/work').then((m) => m.WorkPage));

class Catch extends Component<{ children: ComponentChildren }, { problem: Problem | null }> {
  override state = { problem: null as Problem | null };
  override componentDidCatch(error: unknown): void {
    this.setState({ problem: asProblem(error) });
  }
  override render() {
    const { problem } = this.state;
    if (!problem) return this.props.children;
    return (
      <main class="page medium">
        <ErrorCard problem={problem} />
        <div class="row"><Button onClick={() => location.reload()}>{t.common.reload}</Button></div>
      </main>
    );
  }
}

function Page({ path, role }: { path: string[]; role: Role }) {
  const [head, id, tab, extra] = path;
  if (head === 'review' && id) return <ReviewPage key={id} project={id} tab={tab ?? 'queue'} one={extra ?? null} />;
  if (head === 'work' && id && (tab === 'review' || tab === 'adjudication')) return <ReviewFlow key={`${id}/${tab}`} project={id} kind={tab} />;
  if (head === 'work' && id && tab) return <WorkPage key={`${id}/${extra ?? ''}`} project={id} assignment={extra ?? null} />;
  if (head === 'history' && id) return <Shell><HistoryPage key={id} project={id} tab={tab ?? 'submissions'} item={extra ?? null} /></Shell>;
  if (head === 'audit') return <Shell><AuditPage /></Shell>;
  if (head === 'account') return <Shell><AccountPage /></Shell>;
  if (head === 'keys' && canSeeAll(role)) return <Shell><KeysPage role={role} /></Shell>;
  if (head === 'models' && canSeeAll(role)) return <Shell><ModelsPage role={role} /></Shell>;
  if (head === 'new') return <Shell><NewProjectPage /></Shell>;
  if (head === 'projects' && id) return <Shell><ProjectPage key={id} id={id} tab={tab ?? 'overview'} /></Shell>;
  if (!head || head === 'projects') return <Shell><ProjectsPage /></Shell>;
  return (
    <Shell>
      <Empty whole title={t.common.notFound} text=""><LinkButton to={href('projects')}>{t.common.toProjects}</LinkButton></Empty>
    </Shell>
  );
}

// `ended`: the session ran out under an open page. The page stays as it is behind the sign-in, so that nothing typed is lost.
type Access =
  | { kind: 'checking' }
  | { kind: 'out' }
  | { kind: 'in'; me: Me; ended: boolean }
  | { kind: 'failed'; problem: Problem };

export function App() {
  const path = useRoute();
  const [access, setAccess] = useState<Access>({ kind: 'checking' });
  const [unsent, setUnsent] = useState(0);
  const [listens, setListens] = useState(() => roleInTheDark() !== null);
  const signedIn = useRef(false);
  signedIn.current = access.kind === 'in';
  /** All that is kept of a person while the room is dark. */
  const role = useRef<Role | null>(roleInTheDark());
  /** Somebody has seen pages since this one was loaded. */
  const seen = useRef(false);
  const dark = useDark(path, listens, () => (seen.current ? role.current : null), () => void check());

  const begin = useCallback((me: Me): void => {
    setAccess({ kind: 'in', me, ended: false });
    setListens(true);
    role.current = me.member.role;
    seen.current = true;
    if (me.member.role === 'auditor') return;
    // The same person again: what waited goes on under the key fetched anew.
    if (localWork.member === me.member.id) void localWork.wake();
    else void localWork.signIn(me.member.id);
    window.dispatchEvent(new Event('online'));
  }, []);
  const check = useCallback(async () => {
    try {
      begin(await api.me());
    } catch (error) {
      const problem = asProblem(error);
      if (problem.status === 401) setAccess({ kind: 'out' });
      else if (problem.status !== 423) setAccess({ kind: 'failed', problem });
    }
  }, []);
  useEffect(() => void check(), [check]);
  useEffect(() => onAccessProblem((problem) => {
    if (problem.status !== 401) return;
    // The key goes with the session; what is written stays, unreadable, until it is fetched again.
    void localWork.lock();
    if (signedIn.current) setAccess((a) => (a.kind === 'in' ? { ...a, ended: true } : a));
  }), []);
  useEffect(() => {
    document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [path.join('/')]);

  const enter = (me: Me): void => {
    // Another person at the same browser gets a page of their own, not the one that was left open.
    if (access.kind === 'in' && access.me.member.id !== me.member.id) return location.reload();
    begin(me);
  };
  // Wiped after the server has ended the session: a sign-out that did not come through loses nothing.
  const leave = async (): Promise<void> => {
    try {
      await api.signOut();
    } catch (error) {
      if (asProblem(error).status !== 401) throw error;
    }
    await localWork.signOut();
    setUnsent(0);
    setListens(false);
    role.current = null;
    setAccess({ kind: 'out' });
    go();
  };
  const signOut = async (): Promise<void> => {
    const left = await localWork.flush();
    if (left > 0) setUnsent(left);
    else await leave();
  };
  useEffect(() => localWork.onSignedOut(() => {
    setAccess({ kind: 'out' });
    go();
  }), []);
  // Names are content too: who is signed in is asked again at the return.
  useEffect(() => {
    if (dark.room) setAccess({ kind: 'checking' });
  }, [dark.room !== null]);
  const project = projectOf(path);
  const page = (): ComponentChildren => {
    if (path[0] === 'join' && path[1]) return <JoinPage key={path[1]} code={path[1]} onJoined={enter} />;
    switch (access.kind) {
      case 'checking': return <main class="page"><Skeleton lines={4} /></main>;
      case 'failed':
        return <main class="page medium"><ErrorCard problem={access.problem} onRetry={() => void check()} /></main>;
      case 'out': return <SignInPage ended={false} onSignedIn={enter} />;
      case 'in': return (
        <SessionContext.Provider value={{ me: access.me, signOut }}>
          <div hidden={access.ended}>
            {access.me.room.insecure_no_sandbox ? <aside class="notice bad" data-insecure>{t.common.insecureNotice}</aside> : null}
            <Fates except={path[0] === 'work' ? path[3] ?? null : null} />
            {project && dark.projects.has(project)
              ? <Shell><DarkProject key={project} onLook={() => dark.lookAtProject(project)} /></Shell>
              : <Page path={path} role={access.me.member.role} />}
          </div>
          {unsent > 0 ? <Unsent count={unsent} onStay={() => setUnsent(0)} onLeave={leave} /> : null}
          {access.ended ? <SignInPage ended onSignedIn={enter} /> : <CommandHost />}
        </SessionContext.Provider>
      );
    }
  };
  if (dark.room) {
    const keys = role.current === null || canSeeAll(role.current);
    return path[0] === 'keys' && keys
      ? <Bare wide><DarkKeys role={role.current} onShown={dark.clear} onLook={dark.look} /><Toasts /></Bare>
      : <DarkRoom since={dark.room.since} keys={keys} onShown={dark.clear} onLook={dark.look} />;
  }
  return (
    <>
      <Catch key={path.join('/')}>{page()}</Catch>
      <LinkGate />
      <Toasts />
    </>
  );
}

/** The page of the keys needs none. */
function DarkKeys({ role, onShown, onLook }: { role: Role | null; onShown: () => Promise<void>; onLook: () => Promise<boolean> }) {
  useEffect(() => void onShown(), []);
  useEffect(() => lookAgain(onLook), []);
  return <KeysPage role={role} />;
}
