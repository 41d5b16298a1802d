// Items side by side on a wide page, behind tabs on a phone, in blind order where a question compares them: scrolled together,
// with differing words marked, and with the common beginning folded, as the reader likes.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Json } from '../../api/types';
import { Markdown } from '../../markdown/Markdown';
import { t } from '../../strings';
import { Button, Segmented } from '../../ui/Button';
import { lazy } from '../../ui/lazy';
import type { View } from '../form';
import { letterAt } from '../order';
import { isObject, plainText } from './messages';
import { Pane } from './Pane';
import { commonLines, commonMessages, offsetOfLine } from './prefix';
import type { ViewContext } from './TaskViews';
import { placesOf } from './units';
import { usePrefs } from './usePrefs';
import { ViewBody } from './ViewBody';

const OwnWords = lazy(() => import('../../chunks/views').then((m) => m.OwnWords));

const kMostBeside = 4;

const isText = (item: Json | undefined): boolean => typeof item === 'string' || (isObject(item) && typeof item.text === 'string');
const messagesOf = (item: Json | undefined): Json[] | null =>
  Array.isArray(item) ? item : isObject(item) && Array.isArray(item.messages) ? item.messages : null;

interface Common {
  lines: number;
  messages: number;
}

function commonOf(items: Json[]): Common {
  if (items.length < 2) return { lines: 0, messages: 0 };
  if (items.every(isText)) return { lines: commonLines(items.map(plainText)), messages: 0 };
  const dialogues = items.map(messagesOf);
  return { lines: 0, messages: dialogues.every((d) => d !== null) ? commonMessages(dialogues as Json[][]) : 0 };
}

/** Whatever part of one text is seen, the same part of the others is. */
function useSync(on: boolean, count: number) {
  const bodies = useRef<{ current: HTMLDivElement | null }[]>([]);
  bodies.current = Array.from({ length: count }, (_, i) => bodies.current[i] ?? { current: null });
  const led = useRef<{ by: number; until: number }>({ by: -1, until: 0 });
  const scrolled = (place: number): void => {
    const from = bodies.current[place]?.current;
    if (!on || !from) return;
    // Those that follow scroll too; only the one that leads is listened to.
    const now = performance.now();
    if (led.current.by !== place && now < led.current.until) return;
    led.current = { by: place, until: now + 150 };
    const share = from.scrollTop / Math.max(1, from.scrollHeight - from.clientHeight);
    bodies.current.forEach((body, i) => {
      if (i !== place && body.current) body.current.scrollTop = share * (body.current.scrollHeight - body.current.clientHeight);
    });
  };
  return { bodies: bodies.current, scrolled };
}

export function Each({ view, context }: { view: View; context: ViewContext }) {
  const [tab, setTab] = useState('0');
  const [opened, setOpened] = useState(false);
  const [base, setBase] = useState(0);
  const prefs = usePrefs();
  const { items, order, compared, steps } = placesOf(view, context.form, context.data, context.order);
  const beside = compared && items.length > 1;
  const common = useMemo(() => (beside ? commonOf(items) : { lines: 0, messages: 0 }), [context.data, view.from]);
  const folded = prefs.fold && !opened && (common.lines > 0 || common.messages > 0);
  const texts = useMemo(() => items.map((item) => plainText(item)), [context.data, view.from]);
  const canDiff = beside && items.every(isText);
  const diff = beside && prefs.diff;
  const stacked = steps || items.length > kMostBeside;
  const sync = beside && prefs.sync && !stacked;
  const { bodies, scrolled } = useSync(sync, order.length);
  useEffect(() => setOpened(false), [context.data]);
  const title = (place: number): string =>
    compared ? t.work.response(place + 1) : steps ? t.work.step(place + 1) : `${view.label} ${place + 1}`;
  const rest = (index: number): string => {
    const text = texts[index] ?? '';
    return folded ? text.slice(offsetOfLine(text, common.lines)) : text;
  };
  const content = (index: number, place: number) => {
    const item = items[index];
    const unit = `${view.id}.${index}`;
    if (diff && canDiff) {
      const against = order.length === 2 ? 1 - place : base;
      if (place === against) return <><p class="small soft">{t.reading.diffBase}</p><Markdown text={rest(index)} /></>;
      return <OwnWords text={rest(index)} other={rest(order[against] ?? 0)} />;
    }
    if (folded && common.lines > 0) return <Markdown text={rest(index)} />;
    return <ViewBody view={view} value={item} context={context} unit={unit} skip={folded ? common.messages : 0} />;
  };
  return (
    <div class="stack">
      {diff && !canDiff ? <p class="small soft">{t.reading.diffMessages}</p> : null}
      {diff && canDiff && order.length > 2 ? (
        <label class="row small">
          <span>{t.reading.against}</span>
          <select class="input short" value={String(base)} onChange={(e) => setBase(Number(e.currentTarget.value))}>
            {order.map((_, place) => <option key={place} value={String(place)}>{title(place)}</option>)}
          </select>
        </label>
      ) : null}
      {prefs.fold && (common.lines > 0 || common.messages > 0) ? (
        <div class="row small fold-note">
          <span>{common.lines > 0 ? t.reading.sameLines(common.lines) : t.reading.sameMessages(common.messages)}</span>
          <Button slim onClick={() => setOpened(!opened)}>{opened ? t.reading.foldAgain : t.reading.unfold}</Button>
        </div>
      ) : null}
      {compared ? (
        <div class="phone-tabs">
          <Segmented
            label={view.label} value={tab} onChange={setTab}
            options={order.map((_, place) => [String(place), title(place)] as [string, string])}
          />
        </div>
      ) : null}
      <div class={stacked ? 'stack' : `side-by-side${compared ? ' tabbed' : ''}`}>
        {order.map((index, place) => (
          <div key={index} class={`pane-holder${String(place) === tab ? ' shown' : ''}`} data-step={steps ? place : undefined}>
            <Pane
              title={title(place)} plain={texts[index] ?? ''} unit={`${view.id}.${index}`} scrolls={sync}
              {...(bodies[place] ? { body: bodies[place] } : {})} onScroll={() => scrolled(place)}
              onOpen={() => {
                setTab(String(place));
                setOpened(true);
              }}
              chosen={compared ? context.chosen === letterAt(order, place) : steps && context.row === String(place)}
            >
              {content(index, place)}
            </Pane>
          </div>
        ))}
      </div>
    </div>
  );
}
