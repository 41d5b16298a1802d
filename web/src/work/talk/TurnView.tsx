// One turn: what the person said, and the models' answers side by side; one below the other where there is no room.
import { Markdown } from '../../markdown/Markdown';
import { t } from '../../strings/talk';
import type { Judgement } from './answer';
import { Reply, type Acts } from './Reply';
import { slotsOf, type TalkRules, type Turn } from './tree';
import { shownKey, whoIs, type Shown } from './useTalk';

export function TurnView({ turn, at, last, judgement, rules, shown, acts, onShow }: {
  turn: Turn; at: number; last: boolean; judgement: Judgement; rules: TalkRules; shown: Shown;
  acts: Acts | null; onShow: (user: string, slot: string, id: string) => void;
}) {
  const user = turn.user.id;
  const slots = [...new Set([...slotsOf(rules), ...[...turn.versions.keys()].sort()])];
  const label = last && acts && rules.slots > 1 ? t.talk.chooseOf(at) : t.talk.answers(at);
  return (
    <section class="talk-turn" data-turn={user} tabIndex={-1} aria-label={t.talk.turn(at)}>
      <div class="turn user talk-said">
        <span class="who"><span>{t.talk.you}</span><span class="num">{t.talk.turn(at)}</span></span>
        <div dir="auto"><Markdown text={turn.user.text} /></div>
      </div>
      <div class={slots.length === 4 ? 'talk-replies four' : 'talk-replies'} role="group" aria-label={label}>
        {slots.map((slot) => {
          const versions = turn.versions.get(slot) ?? [];
          const node = versions.find((one) => one.id === shown[shownKey(user, slot)]) ?? versions.find((one) => one.id === judgement.chosen) ?? versions.at(-1);
          return node ? (
            <Reply
              key={slot} who={whoIs(rules, slot)} slot={slot} turn={at} user={user} last={last} versions={versions} node={node} chosen={judgement.chosen}
              rating={judgement.ratings[node.id]} rules={rules} acts={acts} onShow={(id) => onShow(user, slot, id)}
            />
          ) : null;
        })}
      </div>
    </section>
  );
}
