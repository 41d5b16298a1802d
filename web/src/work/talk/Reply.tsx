// One model's answer to a turn: its versions, how it came, what one may do with it, and how it is rated.
import { useRef, useState } from 'preact/hooks';
import type { TalkNode } from '../../api/dialogue';
import { Markdown } from '../../markdown/Markdown';
import { t } from '../../strings/talk';
import { Button, Key } from '../../ui/Button';
import { CopyButton } from '../../ui/Copy';
import { formatCount } from '../../ui/format';
import { lazy } from '../../ui/lazy';
import { Pill } from '../../ui/States';
import { focusSoon } from '../questions/focusSoon';
import { OptionGrid, SlotButton } from '../questions/parts';
import { EditBox } from './EditBox';
import { isWhole, type TalkRules } from './tree';

const Words = lazy(() => import('../../chunks/views').then((m) => m.Words));

/** What one may do; none of it where the dialogue is only read. */
export interface Acts {
  busy: boolean;
  offline: boolean;
  choose: (reply: string) => void;
  rate: (user: string, reply: string, value: number) => void;
  again: (user: string, slot: string) => void;
  edit: (reply: string, text: string) => Promise<boolean>;
  /** The key that chooses this model's answer in the last turn. */
  keyOf: (slot: string) => string;
  kept: (name: string) => string;
  keep: (name: string, text: string) => void;
}

export interface ReplyProps {
  who: string;
  slot: string;
  turn: number;
  user: string;
  /** The last of the path: here one chooses; in an earlier one that begins a branch. */
  last: boolean;
  versions: TalkNode[];
  node: TalkNode;
  chosen: string | null;
  rating: number | undefined;
  rules: TalkRules;
  acts: Acts | null;
  onShow: (id: string) => void;
}

function Versions({ who, versions, node, onShow }: Pick<ReplyProps, 'who' | 'versions' | 'node' | 'onShow'>) {
  if (versions.length < 2) return null;
  const at = versions.indexOf(node);
  const step = (by: number, label: string, sign: string) => {
    const to = versions[at + by];
    return <Button slim look="quiet" class="icon" aria-label={label} disabled={!to} onClick={() => to && onShow(to.id)}>{sign}</Button>;
  };
  return (
    <span class="talk-versions" role="group" aria-label={t.talk.versionOf(who, at + 1, versions.length)}>
      {step(-1, t.talk.older(who), '‹')}
      <span class="small num" aria-hidden="true">{t.talk.version(at + 1, versions.length)}</span>
      {step(1, t.talk.newer(who), '›')}
    </span>
  );
}

/** How an answer that is not whole stands: being written, or why it ended. */
function State({ who, node, onAgain }: { who: string; node: TalkNode; onAgain: (() => void) | null }) {
  if (node.state === 'streaming') {
    return <p class="talk-writing small soft"><span class="talk-dots" aria-hidden="true"><i /><i /><i /></span>{t.talk.writing(who)}</p>;
  }
  if (node.state === 'complete') return node.text.trim() === '' ? <p class="soft small">{t.talk.blank}</p> : null;
  // Half an answer broke off, whatever stopped it.
  const how = node.state === 'error' && node.text !== '' ? 'incomplete' : node.state;
  return (
    <div class="row talk-broken">
      <span class={node.state === 'cancelled' ? 'small soft' : 'small bad'} dir="auto">{t.talk.ended[how] ?? ''}{node.why ? ` ${node.why}` : ''}</span>
      {onAgain ? <Button slim onClick={onAgain}>{t.talk.tryAgain}</Button> : null}
    </div>
  );
}

function Rating({ who, user, node, rating, rules, acts }: Pick<ReplyProps, 'who' | 'user' | 'node' | 'rating' | 'rules' | 'acts'>) {
  const { rate } = rules;
  // What a person wrote themselves is not rated.
  if (!rate || !isWhole(node) || node.kind !== 'reply') return null;
  if (!acts) return <p class="row small"><bdi class="soft">{rate.label}</bdi><strong>{rating === undefined ? t.talk.toRate : formatCount(rating)}</strong></p>;
  return (
    <div class="stack tight">
      <span class="small" dir="auto">{rate.label}</span>
      <OptionGrid look="scale" label={t.talk.rate(rate.label, who)}>
        {Array.from({ length: rate.max - rate.min + 1 }, (_, i) => rate.min + i).map((value) => (
          <SlotButton
            key={value} slim hint={false} slot={{ part: 'main', value, label: String(value), key: '' }} pressed={rating === value}
            onPress={() => acts.rate(user, node.id, value)}
          />
        ))}
      </OptionGrid>
    </div>
  );
}

function Choice({ who, slot, turn, user, last, versions, node, chosen, rules, acts }: ReplyProps) {
  const isChosen = chosen === node.id;
  const other = isChosen ? -1 : versions.findIndex((one) => one.id === chosen);
  const elsewhere = other < 0 ? null : <Pill tone="accent">{t.talk.chosenVersion(other + 1)}</Pill>;
  if (!acts) return isChosen && rules.slots > 1 ? <Pill tone="accent">{t.talk.chosen}</Pill> : elsewhere;
  if (!isWhole(node)) return elsewhere;
  if (last && rules.slots > 1) {
    return (
      <label class="check talk-choice">
        <input
          type="radio" name={`chosen-${user}`} checked={isChosen} aria-keyshortcuts={acts.keyOf(slot) || undefined} onChange={() => acts.choose(node.id)}
        />
        <span>{t.talk.choose(who)}</span>
        {acts.keyOf(slot) ? <Key name={acts.keyOf(slot)} /> : null}
        {elsewhere}
      </label>
    );
  }
  if (last) return elsewhere;
  return (
    <>
      {isChosen && rules.slots > 1 ? <Pill tone="accent">{t.talk.chosen}</Pill> : elsewhere}
      {rules.may.includes('branch') ? (
        <Button slim look="quiet" disabled={acts.busy} aria-label={t.talk.goOnOf(who, turn)} onClick={() => acts.choose(node.id)}>{t.talk.goOn}</Button>
      ) : null}
    </>
  );
}

export function Reply(props: ReplyProps) {
  const { who, slot, turn, user, versions, node, chosen, rules, acts, onShow } = props;
  const [edited, setEdited] = useState('');
  const [compared, setCompared] = useState('');
  const root = useRef<HTMLElement>(null);
  // What somebody was writing when the page was left is open again.
  const editing = acts !== null && (edited === node.id || acts.kept(node.id) !== '');
  const comparing = compared === node.id;
  const close = (): void => {
    setEdited('');
    focusSoon(() => root.current?.querySelector<HTMLElement>('[data-edit]'));
  };
  const source = versions.find((one) => one.id === node.edited_from);
  const mayTry = acts !== null && !acts.busy && !acts.offline;
  const again = acts ? () => acts.again(user, slot) : null;
  const name = rules.slots > 1 ? `${who} · ${t.talk.turn(turn)}` : t.talk.turn(turn);
  return (
    <article
      class={`talk-reply${chosen === node.id && rules.slots > 1 ? ' chosen' : ''}`} aria-label={name} aria-busy={node.state === 'streaming' || undefined}
      ref={root} data-reply={node.id} data-slot-letter={slot} data-state={node.state}
    >
      <header class="row between">
        <span class="row tight-row">
          <strong>{who}</strong>
          {node.model ? <bdi class="small soft">{node.model}</bdi> : null}
          {node.kind === 'edit' ? <Pill>{acts ? t.talk.edited : t.talk.editedRead}</Pill> : null}
        </span>
        <span class="row tight-row">
          <Versions who={who} versions={versions} node={node} onShow={onShow} />
          {node.text && node.state !== 'streaming' ? <CopyButton text={node.text} /> : null}
        </span>
      </header>
      {editing && acts ? (
        <EditBox key={node.id} who={who} node={node} acts={acts} onClose={close} />
      ) : comparing && source ? <Words before={source.text} after={node.text} /> : (
        <div class="talk-text" dir="auto"><Markdown text={node.text} /></div>
      )}
      <State who={who} node={node} onAgain={mayTry ? again : null} />
      <Rating {...props} />
      <footer class="row talk-deeds">
        <Choice {...props} />
        {source && !editing ? <Button slim look="quiet" pressed={comparing} onClick={() => setCompared(comparing ? '' : node.id)}>{t.talk.changes}</Button> : null}
        {acts && isWhole(node) && !editing ? (
          <>
            {rules.may.includes('edit') ? <Button slim look="quiet" data-edit aria-label={t.talk.editOf(who)} onClick={() => setEdited(node.id)}>{t.talk.edit}</Button> : null}
            {rules.may.includes('regenerate') ? (
              <Button slim look="quiet" disabled={!mayTry} aria-label={t.talk.againOf(who)} onClick={() => again?.()}>{t.talk.again}</Button>
            ) : null}
          </>
        ) : null}
      </footer>
    </article>
  );
}
