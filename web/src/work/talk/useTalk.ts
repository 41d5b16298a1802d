// A dialogue on the page: the server's tree, the person's answer about it, and what they are writing. The answer is the only
// thing that says where in the tree one is, so that undo and another device's draft lead to the right place.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { dialogueApi, type TalkNode } from '../../api/dialogue';
import type { Answers, Json } from '../../api/types';
import { t } from '../../strings/talk';
import type { Question } from '../form';
import { answerAt, chosenAt, current, gapOf, judgedOf, rated, readAnswer, readJudged, unsentOf, type Judged, type TalkAnswer } from './answer';
import { known } from './known';
import type { TalkPlace } from './place';
import { Talk } from './talk';
import { isWhole, Tree, type TalkRules } from './tree';

const kSaidAtOnce = 6;

export const whoIs = (rules: TalkRules, slot: string): string => (rules.slots > 1 ? slot : t.talk.model);

/** Which version of each model's answer stands on the page, where it is not the newest or the chosen one. */
export type Shown = Record<string, string>;
export const shownKey = (user: string, slot: string): string => `${user}/${slot}`;

export interface TalkDesk {
  talk: Talk;
  tree: Tree;
  answer: TalkAnswer;
  shown: Shown;
  /** For the live region: who has answered, each once. */
  said: { id: number; text: string }[];
  message: string;
  setMessage: (text: string) => void;
  show: (user: string, slot: string, id: string) => void;
  choose: (reply: string) => void;
  goTo: (user: string | null) => void;
  rate: (user: string, reply: string, value: number) => void;
}

interface Wiring {
  question: Question;
  rules: TalkRules;
  place: TalkPlace;
  value: Json | undefined;
  update: (change: (answers: Answers) => Answers) => void;
}

class Handlers {
  beside: Judged;
  private tree_ = new Tree([]);
  private of_: readonly TalkNode[] = [];

  constructor(private readonly now_: { current: Wiring }, private readonly talk_: () => Talk) {
    this.beside = readJudged(now_.current.place.kept(this.name_('judged')));
  }
  private name_(what: string): string {
    return `${this.now_.current.question.id}.${what}`;
  }

  get tree(): Tree {
    const { nodes } = this.talk_();
    if (nodes !== this.of_) [this.of_, this.tree_] = [nodes, new Tree(nodes)];
    return this.tree_;
  }
  answerOf(value: Json | undefined): TalkAnswer {
    return current(this.tree, readAnswer(value), this.beside, this.now_.current.rules);
  }

  /** The answer moves on; what was judged on the path that is left stays beside it. */
  commit(make: (now: TalkAnswer, judged: Judged, tree: Tree, rules: TalkRules) => TalkAnswer): void {
    const { question, rules, place, update } = this.now_.current;
    update((all) => {
      const before = all[question.id];
      const now = this.answerOf(before);
      const judged = judgedOf(now, this.beside);
      const next = make(now, judged, this.tree, rules);
      this.beside = judgedOf(next, judged);
      place.keep(this.name_('judged'), JSON.stringify(this.beside));
      return JSON.stringify(next) === JSON.stringify(before) ? all : { ...all, [question.id]: next as unknown as Json };
    });
  }

  /** What is new on the server; returns what is to be shown of it. */
  came(fresh: TalkNode[]): Shown {
    const shown: Shown = {};
    for (const node of fresh) {
      const turn = this.tree.turnOf(node.id);
      if (!turn) continue;
      if (node.kind === 'user') this.commit((_, judged, tree, rules) => answerAt(tree, node.id, judged, rules));
      else for (const [slot, versions] of turn.versions) if (versions.includes(node)) shown[shownKey(turn.user.id, slot)] = node.id;
      if (node.kind === 'edit') this.chooseInstead_(node, (chosen) => chosen === null || chosen === node.edited_from);
    }
    return shown;
  }
  /** With one model the newest whole answer is the one. */
  ended(node: TalkNode): void {
    if (isWhole(node)) this.chooseInstead_(node, () => false);
  }
  private chooseInstead_(node: TalkNode, wished: (chosen: string | null) => boolean): void {
    this.commit((now, judged, tree, rules) => {
      const last = now.turns.at(-1);
      const here = last !== undefined && tree.turnOf(node.id)?.user.id === last.user;
      return here && (rules.slots === 1 || wished(last.chosen)) ? chosenAt(tree, node.id, judged, rules) : now;
    });
  }
}

function talkOf(place: TalkPlace, ports: { onState: () => void; onNodes: (nodes: TalkNode[]) => void; onDone: (node: TalkNode) => void }): Talk {
  const { assignment } = place;
  const token = place.token ?? '';
  return new Talk({
    tree: () => dialogueApi.tree(assignment),
    turn: (parent, text, listening) => dialogueApi.turn(assignment, token, parent, text, listening),
    replies: (node, slots, listening) => dialogueApi.replies(assignment, token, node, slots, listening),
    edit: (node, text, key) => dialogueApi.edit(assignment, token, node, text, key),
    ...ports,
  });
}

export function useTalk(wiring: Wiring): TalkDesk {
  const { question, rules, place, value } = wiring;
  const now = useRef(wiring);
  now.current = wiring;
  const [, draw] = useState(0);
  const [shown, setShown] = useState<Shown>({});
  const [said, setSaid] = useState<TalkDesk['said']>([]);
  const [message, write] = useState(() => place.kept(`${question.id}.message`));
  const latest = useRef(message);
  const setMessage = (text: string): void => {
    latest.current = text;
    write(text);
    place.keep(`${question.id}.message`, text);
  };
  const made = useMemo(() => {
    const handlers: Handlers = new Handlers(now, () => talk);
    const talk: Talk = talkOf(place, {
      onState: () => draw((n) => n + 1),
      onNodes: (nodes) => {
        const fresh = handlers.came(nodes);
        setShown((old) => ({ ...old, ...fresh }));
        const user = nodes.find((node) => node.kind === 'user');
        if (!user) return;
        setMessage(unsentOf(latest.current, user.text));
        requestAnimationFrame(() => document.querySelector(`[data-turn="${CSS.escape(user.id)}"]`)?.scrollIntoView({ block: 'start' }));
      },
      onDone: (node) => {
        handlers.ended(node);
        const who = whoIs(now.current.rules, node.slot ?? '');
        const text = node.state === 'complete' ? t.talk.answered(who) : t.talk.notAnswered(who);
        setSaid((old) => [...old.slice(1 - kSaidAtOnce), { id: (old.at(-1)?.id ?? 0) + 1, text }]);
      },
    });
    return { handlers, talk };
  }, [place]);
  const { handlers, talk } = made;

  useEffect(() => {
    const look = (): void => void talk.load();
    look();
    window.addEventListener('online', look);
    return () => {
      window.removeEventListener('online', look);
      talk.end();
    };
  }, [talk]);
  // What ended while nobody looked (another visit, a lost connection) is taken into the answer.
  useEffect(() => {
    if (talk.phase === 'ready' && !handlers.tree.isEmpty) handlers.commit((answer) => answer);
  }, [talk.phase, talk.nodes]);
  useEffect(() => known.tell(question.id, (given) => {
    if (talk.phase === 'asking' || talk.phase === 'streaming') return { reason: 'busy' };
    return handlers.tree.isEmpty ? null : gapOf(handlers.tree, handlers.answerOf(given), rules);
  }), [question, talk.phase, talk.nodes]);

  return {
    talk, tree: handlers.tree, answer: handlers.answerOf(value), shown, said, message, setMessage,
    show: (user, slot, id) => {
      setShown((old) => ({ ...old, [shownKey(user, slot)]: id }));
      const last = handlers.answerOf(now.current.value).turns.at(-1)?.user;
      if (rules.slots === 1 && last === user && isWhole(handlers.tree.byId.get(id))) handlers.commit((_, judged, tree) => chosenAt(tree, id, judged, rules));
    },
    choose: (reply) => handlers.commit((_, judged, tree) => chosenAt(tree, reply, judged, rules)),
    goTo: (user) => handlers.commit((_, judged, tree) => answerAt(tree, user, judged, rules)),
    rate: (user, reply, score) => handlers.commit((answer) => rated(answer, user, reply, score)),
  };
}
