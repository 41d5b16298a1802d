// What waits for this person: the one thing to do now, what came back and why, what is reserved, and what today has brought.
import { useEffect, useState } from 'preact/hooks';
import { api, type Assignment, type Project, type Submission } from '../api';
import { personApi, type Today } from '../api/person';
import { timeQueue } from '../person/keep';
import { formatMoney } from '../person/money';
import { lastLook, newReplies } from '../person/unread';
import { todaySince } from '../person/useToday';
import { useSession } from '../session';
import { t } from '../strings';
import { LinkButton } from '../ui/Button';
import { formatCount, formatDuration, formatTime } from '../ui/format';
import { useLoad } from '../ui/hooks';
import { href } from '../ui/route';
import { Load, Stat } from '../ui/States';

/** So many projects are asked for today's figures; whoever has more works in few of them at once. */
const kMostAsked = 12;

/** Open ones first, of these the newest. Pure. */
export function worthAsking(projects: Project[]): Project[] {
  return projects
    .filter((p) => p.role === 'expert')
    .sort((a, b) => Number(b.state === 'open') - Number(a.state === 'open') || b.created_at.localeCompare(a.created_at))
    .slice(0, kMostAsked);
}

const returnedOnes = (all: Assignment[]): Assignment[] => all.filter((a) => a.state === 'returned');

function useReasons(returned: Assignment[]): Map<string, Submission> {
  const [reasons, setReasons] = useState(new Map<string, Submission>());
  useEffect(() => {
    let current = true;
    const ids = [...new Set(returned.map((a) => a.project.id))];
    void Promise.all(ids.map((id) => api.submissions(id, { mine: true, state: 'returned', limit: 200 })))
      .then((lists) => Promise.all(lists.flatMap((l) => l.items).map((s) => api.submission(s.id))))
      .then((all) => current && setReasons(new Map(all.map((s) => [s.assignment, s]))), () => undefined);
    return () => {
      current = false;
    };
  }, [returned.map((a) => a.id).join()]);
  return reasons;
}

export function MyWork({ projects }: { projects: Project[] }) {
  const mine = useLoad(() => api.myAssignments(), []);
  return (
    <>
      <Load of={mine} lines={2}>{(page) => <Waiting items={page.items} projects={projects} />}</Load>
      <TodayHere projects={worthAsking(projects)} />
    </>
  );
}

function Waiting({ items, projects }: { items: Assignment[]; projects: Project[] }) {
  const returned = returnedOnes(items);
  const open = items.filter((a) => a.state !== 'returned');
  const reasons = useReasons(returned);
  const title = (a: Assignment): string => a.project.title || projects.find((p) => p.id === a.project.id)?.title || '';
  return (
    <>
      <NextCard returned={returned} open={open} projects={projects} title={title} />
      {returned.length > 0 ? (
        <section class="stack">
          <h2>{t.projects.returnedTitle}</h2>
          <p class="soft">{t.projects.returnedHint}</p>
          {returned.map((a) => {
            const last = reasons.get(a.id)?.reviews?.filter((r) => r.verdict === 'return').at(-1);
            return (
              <div key={a.id} class="hint-card warn">
                <div class="row between">
                  <strong dir="auto">{title(a)}</strong>
                  <LinkButton slim to={href('work', a.project.id, 'work', a.id)}>{t.projects.revise}</LinkButton>
                </div>
                {last ? (
                  <p dir="auto">{(t.judged.reasons as Record<string, string>)[last.reason ?? ''] ?? last.reason}{last.note ? `: ${last.note}` : ''}</p>
                ) : null}
              </div>
            );
          })}
        </section>
      ) : null}
      {open.length > 1 || (open.length > 0 && returned.length > 0) ? (
        <section class="stack">
          <h2>{t.projects.openTitle}</h2>
          {open.map((a) => (
            <div key={a.id} class="hint-card">
              <div class="row between">
                <span><strong dir="auto">{title(a)}</strong> <span class="soft small">{t.projects.reservedUntil(formatTime(a.lease?.expires_at))}</span></span>
                <LinkButton slim to={href('work', a.project.id, a.kind)}>{t.projects.goOn}</LinkButton>
              </div>
            </div>
          ))}
        </section>
      ) : null}
    </>
  );
}

/** One thing to do: what came back first, then what is begun, then something new. */
function NextCard({ returned, open, projects, title }: {
  returned: Assignment[]; open: Assignment[]; projects: Project[]; title: (a: Assignment) => string;
}) {
  const h = t.home;
  const [back, begun] = [returned[0], open[0]];
  const fresh = projects.find((p) => p.state === 'open' && (p.role === 'expert' || p.role === 'reviewer'));
  if (projects.length === 0 && !back && !begun) return null;
  const [action, text, to] = back
    ? [h.revise, h.reviseText(returned.length), href('work', back.project.id, 'work', back.id)]
    : begun
      ? [h.goOn, h.goOnText(title(begun), formatTime(begun.lease?.expires_at)), href('work', begun.project.id, begun.kind)]
      : fresh
        ? [h.begin, h.beginText(fresh.title), href('work', fresh.id, fresh.role === 'reviewer' ? 'review' : 'work')]
        : [null, h.nothingText, ''];
  return (
    <section class="next-card" aria-label={h.next}>
      <div>
        <h2>{action ? h.next : h.nothing}</h2>
        <p dir="auto">{text}</p>
      </div>
      {action ? <LinkButton look="primary" to={to}>{action}</LinkButton> : null}
    </section>
  );
}

/** Sums by currency: amounts of two currencies are never added. */
export function sumsOf(all: Today[]): { submitted: number; ms: number; money: [string, number][] } {
  const money = new Map<string, number>();
  for (const one of all) if (one.currency) money.set(one.currency, (money.get(one.currency) ?? 0) + one.earned_minor);
  return {
    submitted: all.reduce((sum, one) => sum + one.submitted, 0),
    ms: all.reduce((sum, one) => sum + one.active_ms + one.other_ms, 0),
    money: [...money],
  };
}

function TodayHere({ projects: asked }: { projects: Project[] }) {
  const member = useSession().me.member.id;
  const ids = asked.map((p) => p.id).join();
  const today = useLoad(async () => {
    await timeQueue.flush(member);
    // One project that cannot be counted does not hide the others.
    const all = await Promise.all(asked.map((p) => personApi.today(p.id, todaySince()).catch(() => null)));
    return all.filter((one): one is Today => one !== null);
  }, [ids]);
  const news = useLoad(async () => {
    const all = await Promise.all(asked.map(async (p) => {
      const page = await personApi.notes(p.id, { mine: true, limit: 50 }).catch(() => ({ items: [] }));
      return { project: p, count: newReplies(page.items, member, lastLook(member, p.id)) };
    }));
    return all.filter((one) => one.count > 0);
  }, [ids]);
  if (asked.length === 0) return null;
  const sums = sumsOf(today.data ?? []);
  return (
    <>
      {(news.data ?? []).map(({ project, count }) => (
        <div key={project.id} class="hint-card row between" data-answers>
          <span><strong>{t.notes.newAnswers(count)}</strong> · <span dir="auto">{project.title}</span></span>
          <LinkButton slim to={href('history', project.id, 'questions')}>{t.notes.mine}</LinkButton>
        </div>
      ))}
      {today.data && today.data.length > 0 ? (
        <section class="stack">
          <h2>{t.home.today}</h2>
          <dl class="stats" data-today>
            <Stat label={t.pay.worked} value={formatDuration(sums.ms)} />
            <Stat label={t.pay.submitted} value={formatCount(sums.submitted)} />
            {sums.money.map(([currency, minor]) => <Stat key={currency} label={t.pay.earned} value={formatMoney(minor, currency)} />)}
          </dl>
        </section>
      ) : null}
    </>
  );
}
