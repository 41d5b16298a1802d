import { shown } from '../../markdown/Shown';
import { t } from '../../strings';
import { ownWords } from './compare';

/** One of several texts that stand side by side: the words that the other one lacks are marked, neither is the right one. */
export function OwnWords({ text, other }: { text: string; other: string }) {
  const words = ownWords(text, other);
  if (words === null) return <p class="soft">{t.reading.diffTooLong}</p>;
  return (
    <>
      {text === other ? <p class="small soft">{t.reading.diffNone}</p> : null}
      <div class="marked-text" dir="auto">
        {words.map((word, i) => (word.own ? <mark key={i} class="own">{shown(word.text)}</mark> : shown(word.text)))}
      </div>
    </>
  );
}
