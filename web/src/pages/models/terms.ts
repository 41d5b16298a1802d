// A model's terms as a form holds them (texts as they are typed) and as the room takes them.
import type { Model, ModelBody, Peer, Target } from '../../api/models';
import { readAmount, readCount, writeAmount } from './amount';

export interface TargetDraft {
  peer: string;
  dialect: Target['dialect'];
  model: string;
  input: string;
  cached: string;
  output: string;
  default_output: string;
  most_output: string;
  context: string;
}

export interface ModelDraft {
  name: string;
  currency: string;
  requests: string;
  tokens: string;
  targets: TargetDraft[];
}

/** Most targets of one model, as the room counts them. */
export const kMostTargets = 8;
const kDefaultOutput = '1024';

const countText = (n: number): string => (n > 0 ? String(n) : '');

export function newTarget(peers: Peer[]): TargetDraft {
  const first = peers[0];
  return {
    peer: first?.name ?? '', dialect: first?.dialect ?? 'openai', model: '', input: '', cached: '', output: '',
    default_output: kDefaultOutput, most_output: '', context: '',
  };
}

export function newModel(peers: Peer[]): ModelDraft {
  return { name: '', currency: 'USD', requests: '', tokens: '', targets: [newTarget(peers)] };
}

export function draftOf(model: Model): ModelDraft {
  return {
    name: model.name, currency: model.currency, requests: countText(model.requests_per_minute), tokens: countText(model.tokens_per_minute),
    targets: model.targets.map((one) => ({
      peer: one.peer, dialect: one.dialect, model: one.model,
      input: writeAmount(one.price?.input ?? null), output: writeAmount(one.price?.output ?? null),
      cached: one.price && one.price.cached_input !== one.price.input ? writeAmount(one.price.cached_input) : '',
      default_output: countText(one.default_output), most_output: countText(one.most_output), context: countText(one.context),
    })),
  };
}

/** The first field that cannot be read, as the room would name it; or the body. */
export type Read = { body: ModelBody } | { wrong: string };

function readTarget(draft: TargetDraft, at: string): Target | { wrong: string } {
  const [input, cached, output] = [readAmount(draft.input), readAmount(draft.cached), readAmount(draft.output)];
  const counts = [readCount(draft.default_output), readCount(draft.most_output), readCount(draft.context)];
  if (!draft.peer) return { wrong: `${at}/peer` };
  if (!draft.model.trim()) return { wrong: `${at}/model` };
  // A price without one of its halves is no price.
  if (input === undefined || (input === null && (output !== null || cached !== null))) return { wrong: `${at}/price/input` };
  if (output === undefined || (output === null && input !== null)) return { wrong: `${at}/price/output` };
  if (cached === undefined) return { wrong: `${at}/price/cached_input` };
  const bad = ['default_output', 'most_output', 'context'].find((_, i) => counts[i] === undefined);
  if (bad) return { wrong: `${at}/${bad}` };
  return {
    peer: draft.peer, dialect: draft.dialect, model: draft.model.trim(),
    price: input === null || output === null ? null : { input, cached_input: cached ?? input, output },
    default_output: counts[0] ?? 0, most_output: counts[1] ?? 0, context: counts[2] ?? 0,
  };
}

export function readDraft(draft: ModelDraft): Read {
  if (!draft.name.trim()) return { wrong: '/name' };
  const [requests, tokens] = [readCount(draft.requests), readCount(draft.tokens)];
  if (requests === undefined) return { wrong: '/requests_per_minute' };
  if (tokens === undefined) return { wrong: '/tokens_per_minute' };
  const targets: Target[] = [];
  for (const [i, one] of draft.targets.entries()) {
    const read = readTarget(one, `/targets/${i}`);
    if ('wrong' in read) return read;
    targets.push(read);
  }
  return {
    body: {
      name: draft.name.trim(), currency: draft.currency.trim().toUpperCase(), targets,
      requests_per_minute: requests ?? 0, tokens_per_minute: tokens ?? 0,
    },
  };
}

/** Fall-back goes in order, so one target changes places with its neighbour. */
export function moved<T>(list: T[], from: number, to: number): T[] {
  if (from === to || to < 0 || to >= list.length) return list;
  const out = [...list];
  out.splice(to, 0, ...out.splice(from, 1));
  return out;
}
