// A dialogue as somebody else held it, or oneself once: the path that counts with every alternative; other branches can be looked
// at. Nothing can be changed. Reviewers, a person's own history and the tasks page show it.
import { useMemo, useState } from 'preact/hooks';
import { dialogueApi, type TalkNode } from '../../api/dialogue';
import { readNodes } from '../../api/dialogueEvents';
import type { Json } from '../../api/types';
import { t } from '../../strings/talk';
import { useLoad } from '../../ui/hooks';
import { Load } from '../../ui/States';
import { answerAt, judgedOf, placeOf, readAnswer } from './answer';
import { Branches } from './Branches';
import type { TalkPlace } from './place';
import { Tree, type TalkRules } from './tree';
import { TurnView } from './TurnView';
import { shownKey, type Shown } from './useTalk';

/** The path of the answer, or of the branch that was asked for, with all alternatives. */
export function DialogueView({ nodes, value, rules }: { nodes: readonly TalkNode[]; value: Json | undefined; rules: TalkRules }) {
  const tree = useMemo(() => new Tree(nodes), [nodes]);
  const given = readAnswer(value);
  const [branch, setBranch] = useState<string | null>(null);
  const [shown, setShown] = useState<Shown>({});
  const here = branch ?? placeOf(tree, given, { ...rules, may: ['branch'] });
  const answer = answerAt(tree, here, judgedOf(given, {}), rules);
  const path = tree.pathTo(here);
  if (path.length === 0) return <p class="soft">{t.talk.noTurns}</p>;
  return (
    <div class="talk">
      <Branches tree={tree} here={here} mayBegin={false} disabled={false} onGo={setBranch} />
      {path.map((turn, i) => (
        <TurnView
          key={turn.user.id} turn={turn} at={i + 1} last={i === path.length - 1} judgement={answer.turns[i] ?? { chosen: null, ratings: {} }} rules={rules}
          shown={shown} acts={null} onShow={(user, slot, id) => setShown((old) => ({ ...old, [shownKey(user, slot)]: id }))}
        />
      ))}
    </div>
  );
}

export function TalkRead({ place, value, rules }: { place: TalkPlace; value: Json | undefined; rules: TalkRules }) {
  const tree = useLoad(() => (place.nodes !== undefined ? Promise.resolve({ nodes: readNodes(place.nodes) }) : dialogueApi.tree(place.assignment)), [place]);
  return <Load of={tree}>{({ nodes }) => <DialogueView nodes={nodes} value={value} rules={rules} />}</Load>;
}
