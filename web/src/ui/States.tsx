// What a page shows when it has nothing, not yet, or not any more.
import type { ComponentChildren } from 'preact';
import type { Problem } from '../api';
import { t } from '../strings';
import { Button } from './Button';
import type { Loaded } from './hooks';

/** `whole`: nothing else is on the page, so its title is the page's. */
export function Empty({ title, text, whole, children }: { title: string; text: string; whole?: boolean; children?: ComponentChildren }) {
  return (
    <div class="empty">
      {whole ? <h1>{title}</h1> : <h2>{title}</h2>}
      {text ? <p>{text}</p> : null}
      {children ? <div class="row">{children}</div> : null}
    </div>
  );
}

export function problemText(problem: Problem): string {
  if (problem.isNetwork) return t.problems.network;
  if (problem.kind === 'page') return t.problems.page;
  if (problem.status === 403) return problem.detail || t.problems.notAllowed;
  if (problem.status === 404) return t.problems.notFound;
  if (problem.status === 423) return t.problems.locked;
  if (problem.status === 503) return t.problems.busy;
  return problem.detail || problem.title;
}

/** What the person need not fear for. A refused request changed nothing; one without an answer may have. */
function safeText(problem: Problem): string {
  if (problem.isNetwork || problem.status === 503 || problem.status === 404 || problem.status === 423 || problem.kind === 'page') return '';
  if (problem.kind === 'commit-unknown' || problem.kind === 'idempotency-lost') return t.ui.safe.unknown;
  return problem.status >= 500 ? t.ui.safe.kept : problem.status >= 400 ? t.ui.safe.unchanged : '';
}

/** The words for the field of a form that the server refused: `fieldError(problem, '/title')`. */
export function fieldError(problem: Problem | null, ...pointers: string[]): string | null {
  if (!problem?.field) return null;
  const field = problem.field.startsWith('/') ? problem.field : `/${problem.field}`;
  return pointers.some((p) => field === p || field.startsWith(`${p}/`)) ? problemText(problem) : null;
}

export function ErrorCard({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  const safe = safeText(problem);
  return (
    <div class="error-card" role="alert">
      <h3>{t.problems.title}</h3>
      <p>{problemText(problem)}{safe ? ` ${safe}` : ''}</p>
      {problem.field ? <p class="small">{t.problems.field(problem.field)}</p> : null}
      {problem.requestId ? <p class="small soft">{t.problems.request(problem.requestId)}</p> : null}
      {onRetry ? <div class="row"><Button slim onClick={onRetry}>{t.common.retry}</Button></div> : null}
    </div>
  );
}

export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div class="stack tight" role="status">
      <span class="sr-only">{t.common.loading}</span>
      {Array.from({ length: lines }, (_, i) => <div key={i} class="skeleton" />)}
    </div>
  );
}

/** Shows what was loaded; until then a skeleton, or what went wrong. Old data stays while new data comes. */
export function Load<T>({ of, lines, children }: { of: Loaded<T>; lines?: number; children: (data: T) => ComponentChildren }) {
  return (
    <>
      {of.problem ? <ErrorCard problem={of.problem} onRetry={of.reload} /> : null}
      {of.data !== null ? children(of.data) : of.problem ? null : <Skeleton lines={lines ?? 3} />}
    </>
  );
}

export function Pill({ tone, children }: { tone?: 'good' | 'warn' | 'bad' | 'accent'; children: ComponentChildren }) {
  return <span class={tone ? `pill ${tone}` : 'pill'}>{children}</span>;
}

/** One figure. `to` leads to what it counts; `tone` only where the figure asks for a deed. */
export function Stat({ label, value, note, to, tone, swatch }: {
  label: string; value: string; note?: string; to?: string; tone?: 'good' | 'warn' | 'bad'; swatch?: string;
}) {
  return (
    <div class={tone ? `stat ${tone}` : 'stat'}>
      <dt>{swatch ? <span class={`swatch part ${swatch}`} aria-hidden="true" /> : null}{to ? <a href={to}>{label}</a> : label}</dt>
      <dd>{value}{note ? <span class="stat-note">{note}</span> : null}</dd>
    </div>
  );
}
