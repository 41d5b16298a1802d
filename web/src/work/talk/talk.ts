// One dialogue while somebody works on it: what the server has of it, and the one stream that may be under way. Text that
// comes is gathered and shown a few times a second. After every stream, however it ended, the server's tree counts.
// Concurrency: one event loop; one stream at a time, which the server holds to as well.
import { newKey } from '../../api/http';
import { asProblem, type Problem } from '../../api/problem';
import type { Listening, TalkNode, TalkTree } from '../../api/dialogue';
import type { TalkEvent } from '../../api/dialogueEvents';

const kDrawMs = 80;
const kLookAgainMs = 1500;

/** asking: sent, nothing has come yet. settling: it ended; what the server made of it is being looked up. */
export type Phase = 'loading' | 'ready' | 'asking' | 'streaming' | 'settling';

export interface TalkPorts {
  tree: () => Promise<TalkTree>;
  turn: (parent: string | null, text: string, listening: Listening) => Promise<void>;
  replies: (node: string, slots: string[] | null, listening: Listening) => Promise<void>;
  edit: (node: string, text: string, key: string) => Promise<TalkNode>;
  onState: () => void;
  /** New nodes: what was said and the answers that begin, or an edited one. */
  onNodes: (nodes: TalkNode[]) => void;
  onDone: (node: TalkNode) => void;
  setTimer?: (run: () => void, ms: number) => unknown;
}

export class Talk {
  nodes: readonly TalkNode[] = [];
  phase: Phase = 'loading';
  problem: Problem | null = null;
  private readonly texts_ = new Map<string, string>();
  private drawing_ = false;
  private stopper_: AbortController | null = null;
  private ended_ = false;
  /** One key for all tries of the same wish. */
  private wish_ = { what: '', key: '' };

  constructor(private readonly ports_: TalkPorts) {}

  get isBusy(): boolean {
    return this.phase !== 'ready';
  }

  async load(): Promise<void> {
    if (this.ended_ || this.phase === 'asking' || this.phase === 'streaming') return;
    try {
      const tree = await this.ports_.tree();
      if (this.ended_) return;
      this.nodes = tree.nodes;
      this.problem = null;
      if (!tree.streaming) return this.show_('ready');
      // Somebody else's stream, or one of ours that the server has not given up yet.
      this.show_('settling');
      this.timer_(() => void this.load(), kLookAgainMs);
    } catch (error) {
      this.problem = asProblem(error);
      this.show_(this.nodes.length > 0 ? 'ready' : 'loading');
    }
  }

  say(parent: string | null, text: string): Promise<void> {
    return this.stream_(`say ${parent ?? ''} ${text}`, (listening) => this.ports_.turn(parent, text, listening));
  }

  /** Answers anew: of all models, or only of these. */
  again(node: string, slots: string[] | null): Promise<void> {
    return this.stream_(`again ${node} ${slots?.join() ?? ''}`, (listening) => this.ports_.replies(node, slots, listening));
  }

  /** True if it is kept. */
  async edit(node: string, text: string): Promise<boolean> {
    if (this.isBusy) return false;
    try {
      const made = await this.ports_.edit(node, text, this.keyOf_(`edit ${node} ${text}`));
      this.problem = null;
      this.wish_ = { what: '', key: '' };
      this.take_([made]);
      return true;
    } catch (error) {
      this.problem = asProblem(error);
      this.ports_.onState();
      return false;
    }
  }

  stop(): void {
    this.stopper_?.abort();
  }
  end(): void {
    this.ended_ = true;
    this.stop();
  }

  private async stream_(what: string, ask: (listening: Listening) => Promise<void>): Promise<void> {
    if (this.isBusy || this.ended_) return;
    const stopper = new AbortController();
    const before = new Set(this.nodes.map((node) => node.id));
    this.stopper_ = stopper;
    this.problem = null;
    this.show_('asking');
    let problem: Problem | null = null;
    try {
      await ask({ key: this.keyOf_(what), signal: stopper.signal, onEvent: (event) => this.hear_(event) });
    } catch (error) {
      if (!stopper.signal.aborted) problem = asProblem(error);
    }
    this.stopper_ = null;
    if (this.ended_) return;
    this.flush_();
    const came = this.nodes.some((node) => !before.has(node.id));
    this.breakOff_(stopper.signal.aborted ? 'cancelled' : 'incomplete');
    this.show_('settling');
    await this.load();
    // It may have arrived although its answer did not: then it is there now.
    if (!came) this.tellOf_(this.nodes.filter((node) => !before.has(node.id)));
    if (came || this.nodes.some((node) => !before.has(node.id))) this.wish_ = { what: '', key: '' };
    else if (problem) this.problem = problem;
    // The reservation or the key may have gone with the stream: that is said even though something came.
    if (problem && problem.status > 0) this.problem = problem;
    this.ports_.onState();
  }

  private keyOf_(what: string): string {
    if (this.wish_.what !== what) this.wish_ = { what, key: newKey() };
    return this.wish_.key;
  }

  private hear_(event: TalkEvent): void {
    if (this.ended_) return;
    if (event.kind === 'nodes') {
      this.phase = 'streaming';
      return this.take_(event.nodes);
    }
    if (event.kind === 'text') {
      this.texts_.set(event.node, (this.texts_.get(event.node) ?? '') + event.text);
      if (this.drawing_) return;
      this.drawing_ = true;
      return this.timer_(() => this.flush_(), kDrawMs);
    }
    if (event.kind !== 'done') return;
    this.flush_();
    this.change_((node) => (node.id === event.node ? { ...node, state: event.state, why: event.why } : node));
    const done = this.nodes.find((node) => node.id === event.node);
    if (done) this.ports_.onDone(done);
  }

  /** The same node again (a repeated request) replaces the one that is there. */
  private take_(fresh: TalkNode[]): void {
    const ids = new Set(fresh.map((node) => node.id));
    this.nodes = [...this.nodes.filter((node) => !ids.has(node.id)), ...fresh];
    this.tellOf_(fresh);
    this.ports_.onState();
  }
  private tellOf_(fresh: TalkNode[]): void {
    if (fresh.length > 0) this.ports_.onNodes(fresh);
  }

  private flush_(): void {
    this.drawing_ = false;
    if (this.texts_.size === 0) return;
    const texts = new Map(this.texts_);
    this.texts_.clear();
    this.change_((node) => (texts.has(node.id) ? { ...node, text: node.text + (texts.get(node.id) ?? '') } : node));
  }

  private breakOff_(state: 'cancelled' | 'incomplete'): void {
    this.change_((node) => (node.state === 'streaming' ? { ...node, state } : node));
  }

  private change_(change: (node: TalkNode) => TalkNode): void {
    if (this.ended_) return;
    this.nodes = this.nodes.map(change);
    this.ports_.onState();
  }

  private show_(phase: Phase): void {
    this.phase = phase;
    this.ports_.onState();
  }

  private timer_(run: () => void, ms: number): void {
    (this.ports_.setTimer ?? ((go, after) => setTimeout(go, after)))(run, ms);
  }
}
