// The routes that the journal and the flow of work use.
import type { Answers, Assignment } from '../api';
import { newKey, request, url } from '../api/http';
import { asProblem } from '../api/problem';
import type { Answer } from './outbox';
import type { Outgoing } from './record';

/** What browsers let go out after the page: a little less, for the headers. */
const kMostKeepalive = 60_000;

export async function fetchKey(): Promise<{ id: string; key: string }> {
  return (await request<{ id: string; key: string }>('GET', '/journal-key', { retries: 1 })).data;
}

export async function sendOutgoing(outgoing: Outgoing, keepalive: boolean): Promise<Answer> {
  const small = keepalive && JSON.stringify(outgoing.body).length < kMostKeepalive;
  const reply = await request<unknown>('POST', outgoing.path, {
    body: outgoing.body, idempotencyKey: outgoing.key, retries: 0, ...(small ? { keepalive: true } : {}),
  });
  return { status: reply.status, data: reply.data };
}

/** Null where it is not the caller's any more. */
export async function lookAt(assignment: string): Promise<Assignment | null> {
  try {
    return (await request<Assignment>('GET', `/assignments/${assignment}`, { retries: 1 })).data;
  } catch (error) {
    if (asProblem(error).status === 404) return null;
    throw error;
  }
}

export async function saveDraft(assignment: string, token: string, revision: number, answers: Answers): Promise<{ revision: number }> {
  const body = { token, revision, answers };
  const keepalive = document.visibilityState === 'hidden' && JSON.stringify(body).length < kMostKeepalive;
  return (await request<{ revision: number }>('PUT', `/assignments/${assignment}/draft`, { body, retries: 0, keepalive })).data;
}

/** Gives an untouched task back. Where that is not heard the reservation runs out by itself. */
export async function release(assignment: string, token: string): Promise<void> {
  await fetch(url(`/assignments/${assignment}/release`), {
    method: 'POST', credentials: 'same-origin', cache: 'no-store', keepalive: true,
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': newKey() }, body: JSON.stringify({ token }),
  }).catch(() => undefined);
}
