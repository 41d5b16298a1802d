import { wordDiff } from '../diff';
import { shown } from '../../markdown/Shown';

/** A text and what became of it: words that went and came. */
export function Words({ before, after }: { before: string; after: string }) {
  return (
    <div class="marked-text" dir="auto">
      {wordDiff(before, after).map((op, i) =>
        op.op === '=' ? shown(op.text) : op.op === '+' ? <ins key={i} class="word">{shown(op.text)}</ins> : <del key={i} class="word">{shown(op.text)}</del>)}
    </div>
  );
}
