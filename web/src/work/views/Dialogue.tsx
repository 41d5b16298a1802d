// Messages as cards; a long dialogue with its map beside it.
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { useCommands } from '../../ui/commands';
import { Card } from './Card';
import type { ChatProps, Steps } from './Chat';
import { stateOf } from './mapLayout';
import { messageText, type Message } from './messages';
import { Minimap, type MapEntry } from './Minimap';
import { useUnit } from './page';
import { Sign } from './Sign';

const kLong = 10;
const kCardsAtOnce = 600;
const kMoreCards = 600;

const stateAt = (steps: Steps | undefined, index: number) => {
  const place = steps?.places.get(index);
  const given = steps && Array.isArray(steps.ratings) && place !== undefined ? steps.ratings[place] : undefined;
  return { place, state: stateOf(given, place !== undefined) };
};

const who = (message: Message): string => (message.name ? `${t.work.who[message.role] ?? message.role} · ${message.name}` : (t.work.who[message.role] ?? message.role));

/** The card at the top of what is seen, looked up by halves: cards stand in order. */
function cardInSight(list: HTMLElement): number {
  const cards = list.querySelectorAll<HTMLElement>(':scope > [data-card]');
  const line = Math.min(window.innerHeight / 3, 180);
  let [low, high] = [0, cards.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((cards[middle]?.getBoundingClientRect().top ?? 0) <= line) low = middle;
    else high = middle - 1;
  }
  return Number(cards[low]?.dataset.card ?? 0);
}

/** Which message is being read, and how to go to another. */
function useHere(list: { current: HTMLDivElement | null }, count: number, show: (index: number) => void, arrived: (index: number) => void) {
  const [here, setHere] = useState(0);
  const quiet = useRef(0);
  useEffect(() => {
    let asked = 0;
    const look = (): void => {
      if (asked || performance.now() < quiet.current) return;
      asked = requestAnimationFrame(() => {
        asked = 0;
        if (list.current) setHere(cardInSight(list.current));
      });
    };
    window.addEventListener('scroll', look, { capture: true, passive: true });
    return () => {
      window.removeEventListener('scroll', look, { capture: true });
      cancelAnimationFrame(asked);
    };
  }, []);
  const go = useCallback((index: number): void => {
    const to = Math.max(0, Math.min(count - 1, index));
    // The page moves by itself now; the last card may never reach the line that is looked at.
    quiet.current = performance.now() + 600;
    setHere(to);
    show(to);
    const move = (): void => list.current?.querySelector<HTMLElement>(`:scope > [data-card="${to}"]`)?.scrollIntoView({ block: 'start' });
    requestAnimationFrame(() => {
      move();
      arrived(to);
      // What lies above may have grown as it was drawn.
      requestAnimationFrame(() => requestAnimationFrame(move));
    });
  }, [count, show, arrived]);
  return { here, go };
}

export function Dialogue({ unit, steps, skip = 0, wide, messages }: ChatProps & { messages: Message[] }) {
  const [most, setMost] = useState(kCardsAtOnce);
  const list = useRef<HTMLDivElement>(null);
  const latest = useRef(steps);
  latest.current = steps;
  useUnit(unit, () => setMost(messages.length));
  const pick = useCallback((step: number) => latest.current?.onRow?.(latest.current.question, String(step)), []);
  const show = useCallback((index: number) => setMost((now) => Math.max(now, index + 1)), []);
  const arrived = useCallback((index: number) => {
    const place = latest.current?.places.get(index);
    if (place !== undefined) pick(place);
  }, [pick]);
  const { here, go } = useHere(list, messages.length, show, arrived);
  const long = wide === true && messages.length >= kLong;
  useCommands(long ? [
    { id: 'reading.previous', label: t.reading.previousCard, keys: ['['], group: t.reading.groupKeys, run: () => go(here - 1) },
    { id: 'reading.next', label: t.reading.nextCard, keys: [']'], group: t.reading.groupKeys, run: () => go(here + 1) },
  ] : []);
  const lengths = useMemo(() => messages.map((m) => messageText(m).length), [messages]);
  const entries: MapEntry[] = !long ? [] : messages.map((message, i) => ({
    role: message.role, length: lengths[i] ?? 0, state: stateAt(steps, i).state, error: message.error, label: who(message),
  }));
  const hidden = messages.length - most;
  const cards = (
    <div class="cards-list" ref={list}>
      {messages.slice(0, most).map((message, i) => {
        if (i < skip) return null;
        const { place, state } = stateAt(steps, i);
        return (
          <Card
            key={i} message={message} index={i} unit={`${unit}.m${i}`} step={place} state={state}
            current={place !== undefined && String(place) === steps?.row} onPick={steps?.onRow ? pick : undefined}
          />
        );
      })}
      {hidden > 0 ? (
        <Button slim onClick={() => setMost(most + kMoreCards)}>{t.reading.moreMessages(Math.min(kMoreCards, hidden), hidden)}</Button>
      ) : null}
    </div>
  );
  if (!long) return cards;
  const open = steps ? entries.filter((e) => e.state === 'open').length : 0;
  return (
    <div class="dialogue">
      <div class="stack">
        <div class="row between place-bar">
          <span class="small soft num">
            {t.reading.place(here + 1, messages.length)}{steps?.onRow ? ` · ${t.reading.openCount(open)}` : ''}
          </span>
          <span class="row tight-row">
            <Button slim hint="[" disabled={here === 0} onClick={() => go(here - 1)}><Sign name={t.reading.previousCard}>↑</Sign></Button>
            <Button slim hint="]" disabled={here === messages.length - 1} onClick={() => go(here + 1)}><Sign name={t.reading.nextCard}>↓</Sign></Button>
          </span>
        </div>
        {cards}
      </div>
      <Minimap entries={entries} here={here} onGo={go} />
    </div>
  );
}
