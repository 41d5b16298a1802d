// The branches of a dialogue, so that one can go back to any of them: shown only where there is more than one way.
import { t } from '../../strings/talk';
import type { Tree, Turn } from './tree';

const kFirstWords = 60;

function beginning(turn: Turn): string {
  const text = turn.user.text.trim().replace(/\s+/g, ' ');
  return text.length > kFirstWords ? `${text.slice(0, kFirstWords)}…` : text;
}

/** `here`: the last turn of the path. `onGo` is called with the last turn of another one; null is the beginning. */
export function Branches({ tree, here, mayBegin, disabled, onGo }: {
  tree: Tree; here: string | null; mayBegin: boolean; disabled: boolean; onGo: (user: string | null) => void;
}) {
  const tips = tree.tips();
  if (tree.isEmpty || (tips.length < 2 && tips[0]?.user.id === here && !mayBegin)) return null;
  const only = tips.length === 1 && tips[0]?.user.id === here;
  return (
    <details class="talk-branches" open={only ? undefined : true}>
      <summary>{t.talk.branches}</summary>
      <ul class="plain">
        {tips.map((tip, i) => {
          const turns = tree.pathTo(tip.user.id).length;
          const isHere = tip.user.id === here;
          return (
            <li key={tip.user.id}>
              <button type="button" class="button slim talk-branch" aria-current={isHere ? 'true' : undefined} disabled={disabled} onClick={() => onGo(tip.user.id)}>
                <span class="num">{t.talk.branch(i + 1, turns)}</span>
                <bdi class="soft">{beginning(tip)}</bdi>
                {isHere ? <span class="pill accent">{t.talk.here}</span> : null}
              </button>
            </li>
          );
        })}
        {mayBegin ? <li><button type="button" class="button slim quiet" disabled={disabled} onClick={() => onGo(null)}>{t.talk.begin}</button></li> : null}
      </ul>
    </details>
  );
}
