// A dialogue as the server keeps it: what was said, what the models answered to it, and what became of each answer. Every node
// hangs on another; a turn is something that a person said with all the answers to it. Pure.
import type { TalkNode } from '../../api/dialogue';

export interface Turn {
  user: TalkNode;
  /** The answers of each model, edited ones among them, oldest first. */
  versions: Map<string, TalkNode[]>;
}

/** What a form says about its dialogue. */
export interface TalkRules {
  slots: number;
  min_turns: number;
  max_turns: number;
  rate: { label: string; min: number; max: number } | null;
  may: string[];
}

export const slotsOf = (rules: TalkRules): string[] => Array.from({ length: rules.slots }, (_, i) => String.fromCharCode(65 + i));

/** It can be chosen and gone on from. */
export const isWhole = (node: TalkNode | undefined): node is TalkNode => node !== undefined && node.kind !== 'user' && node.state === 'complete';

export class Tree {
  readonly byId: ReadonlyMap<string, TalkNode>;
  private readonly turns_ = new Map<string, Turn>();

  constructor(nodes: readonly TalkNode[]) {
    const order = nodes.map((node, i) => ({ node, i })).sort((a, b) => (a.node.at === b.node.at ? a.i - b.i : a.node.at < b.node.at ? -1 : 1));
    this.byId = new Map(order.map(({ node }) => [node.id, node]));
    for (const node of this.byId.values()) if (node.kind === 'user') this.turns_.set(node.id, { user: node, versions: new Map() });
    for (const node of this.byId.values()) {
      const turn = node.kind === 'user' ? undefined : this.turnOf(node.id);
      if (!turn) continue;
      const slot = node.slot ?? this.byId.get(node.edited_from ?? '')?.slot ?? 'A';
      turn.versions.set(slot, [...(turn.versions.get(slot) ?? []), node]);
    }
  }

  /** The turn that a node belongs to. An edited answer may hang on the answer that it was made from. */
  turnOf(id: string | null): Turn | undefined {
    let here = id === null ? undefined : this.byId.get(id);
    // Never more steps than nodes: what goes round in a circle is in no turn.
    for (let left = this.byId.size; here && left > 0; left--) {
      if (here.kind === 'user') return this.turns_.get(here.id);
      here = this.byId.get(here.parent ?? '');
    }
    return undefined;
  }

  /** From the beginning to this turn. */
  pathTo(user: string | null): Turn[] {
    const path: Turn[] = [];
    let turn = this.turnOf(user);
    while (turn && !path.includes(turn)) {
      path.unshift(turn);
      turn = this.turnOf(turn.user.parent);
    }
    return path;
  }

  /** Turns that nothing was said after, oldest first: the end of each branch. */
  tips(): Turn[] {
    const goneOn = new Set([...this.turns_.values()].map((turn) => this.turnOf(turn.user.parent)));
    return [...this.turns_.values()].filter((turn) => !goneOn.has(turn));
  }

  get isEmpty(): boolean {
    return this.turns_.size === 0;
  }
}

/** Every answer to a turn, in the order of the models. */
export const answersTo = (turn: Turn): TalkNode[] => [...turn.versions.keys()].sort().flatMap((slot) => turn.versions.get(slot) ?? []);
