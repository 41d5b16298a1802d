// The one way to the server. Writes carry an Idempotency-Key, so that a lost reply can be asked for again safely; 401 and
// 423 are told to the application as well as to the caller. Content is never kept: no cache, no storage.
import { Problem, parseRetryAfter } from './problem';

export const kApiRoot = '/api/v1';
const kRetryDelaysMs = [300, 1000, 3000];
const kLongestWaitMs = 10_000;

export interface CallOptions {
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
  signal?: AbortSignal;
  /** One key for all tries of one intention. Made here when absent; give one to repeat across calls. */
  idempotencyKey?: string;
  /** Tries after the first; autosave passes 0 because it has its own rhythm. */
  retries?: number;
  /** Leave the page when the browser does: for the last save. */
  keepalive?: boolean;
}

export interface Reply<T> {
  status: number;
  headers: Headers;
  data: T;
}

export interface Transport {
  fetch: (input: string, init: RequestInit) => Promise<Response>;
  /** Until `ms` are over or the connection is back. */
  wait: (ms: number) => Promise<void>;
  now: () => number;
}

const browserTransport: Transport = {
  fetch: (input, init) => fetch(input, init),
  wait: (ms) => new Promise((done) => {
    const end = (): void => {
      clearTimeout(timer);
      window.removeEventListener('online', end);
      done();
    };
    const timer = setTimeout(end, ms);
    window.addEventListener('online', end);
  }),
  now: () => Date.now(),
};

/** Works without the room's keys. */
const kAlwaysOpen = /^\/room\//;
let shut = false;

/** While the room is dark nothing is asked of it that it could only refuse. */
export function shutRoom(on: boolean): void {
  shut = on;
}

type Listener = (problem: Problem) => void;
const listeners = new Set<Listener>();

/** Called for every 401 and 423 whoever asked. Returns its own end. */
export function onAccessProblem(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

export function url(path: string, query?: CallOptions['query']): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === null || value === undefined || value === '') continue;
    search.set(name, value === true ? '' : String(value));
  }
  const text = search.toString().replace(/=(?=&|$)/g, '');
  return kApiRoot + path + (text ? `?${text}` : '');
}

async function problemOf(response: Response, nowMs: number): Promise<Problem> {
  let body: Record<string, unknown> = {};
  try {
    const parsed: unknown = await response.json();
    if (parsed !== null && typeof parsed === 'object') body = parsed as Record<string, unknown>;
  } catch {
    // A proxy's HTML page or nothing at all: the status says enough.
  }
  return new Problem(response.status, body, parseRetryAfter(response.headers.get('Retry-After'), nowMs));
}

async function head(transport: Transport, target: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await transport.fetch(target, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw Problem.network();
  }
  if (!response.ok) throw await problemOf(response, transport.now());
  return response;
}

async function once<T>(transport: Transport, target: string, init: RequestInit): Promise<Reply<T>> {
  const response = await head(transport, target, init);
  let data: unknown = null;
  if (response.status !== 204) {
    try {
      data = await response.json();
    } catch {
      throw Problem.network();
    }
  }
  return { status: response.status, headers: response.headers, data: data as T };
}

function initOf(method: string, path: string, options: CallOptions, accept: string): RequestInit {
  if (shut && !kAlwaysOpen.test(path)) throw new Problem(423, { type: '/problems/locked' });
  const headers: Record<string, string> = { Accept: accept };
  const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' };
  if (options.signal) init.signal = options.signal;
  if (options.keepalive) init.keepalive = true;
  if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(options.body);
  }
  if (method !== 'GET') headers['Idempotency-Key'] = options.idempotencyKey ?? newKey();
  return init;
}

/** Says where a refusal came from, and tells the application what concerns it. */
function refusal(error: unknown, path: string): Problem {
  if (!(error instanceof Problem)) throw error;
  error.path = path;
  if (error.status === 401 || error.status === 423) for (const tell of listeners) tell(error);
  return error;
}

export async function request<T>(
  method: string, path: string, options: CallOptions = {}, transport: Transport = browserTransport,
): Promise<Reply<T>> {
  const init = initOf(method, path, options, 'application/json');
  const retries = options.retries ?? kRetryDelaysMs.length;
  for (let attempt = 0; ; attempt++) {
    try {
      return await once<T>(transport, url(path, options.query), init);
    } catch (error) {
      const problem = refusal(error, path);
      if (attempt >= retries || !problem.isTransient) throw problem;
      const wait = problem.retryAfterMs ?? kRetryDelaysMs[Math.min(attempt, kRetryDelaysMs.length - 1)] ?? 1000;
      if (wait > kLongestWaitMs) throw problem;
      await transport.wait(wait);
    }
  }
}

/** An answer that comes piece by piece: one try, and the body is the caller's to read. */
export async function open(
  path: string, options: CallOptions, transport: Transport = browserTransport,
): Promise<ReadableStream<Uint8Array>> {
  const init = initOf('POST', path, options, 'text/event-stream');
  try {
    const response = await head(transport, url(path), init);
    if (!response.body) throw Problem.network();
    return response.body;
  } catch (error) {
    throw refusal(error, path);
  }
}
