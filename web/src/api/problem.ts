// What went wrong, as the server says it (RFC 9457) or as the network left it.

export class Problem extends Error {
  /** The stable part of the server's `type`, without "/problems/"; "network" when no answer came. */
  readonly kind: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly field: string | null;
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;
  readonly body: Record<string, unknown>;
  /** Of the request that was refused, without the API's root. */
  path = '';

  constructor(status: number, body: Record<string, unknown>, retryAfterMs: number | null = null) {
    const text = (name: string): string => (typeof body[name] === 'string' ? (body[name] as string) : '');
    super(text('title') || `HTTP ${status}`);
    this.name = 'Problem';
    this.kind = text('type').replace(/^.*\/problems\//, '') || `http-${status}`;
    this.status = status;
    this.title = text('title');
    this.detail = text('detail');
    this.field = text('field') || null;
    this.requestId = text('request_id') || null;
    this.retryAfterMs = retryAfterMs;
    this.body = body;
  }

  static network(): Problem {
    return new Problem(0, { type: '/problems/network', title: 'No connection' });
  }

  get isNetwork(): boolean {
    return this.status === 0;
  }

  /** The same request may succeed later without anybody changing it. */
  get isTransient(): boolean {
    return (
      this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504 ||
      this.kind === 'idempotency-running'
    );
  }
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(-1, { type: '/problems/page', title: error instanceof Error ? error.message : String(error) });
}

/** Seconds or an HTTP date, as the header allows. */
export function parseRetryAfter(value: string | null, nowMs: number): number | null {
  if (value === null || value.trim() === '') return null;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
