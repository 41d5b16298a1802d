// One message plain, several as cards: those are fetched when there is a dialogue to show.
import { useMemo } from 'preact/hooks';
import type { Json } from '../../api/types';
import { ClickImage } from '../../markdown/ClickImage';
import { Markdown } from '../../markdown/Markdown';
import { lazy } from '../../ui/lazy';
import { readMessages } from './messages';

const Dialogue = lazy(() => import('../../chunks/views').then((m) => m.Dialogue));

export interface Steps {
  question: string;
  places: Map<number, number>;
  /** Ratings so far, by step. */
  ratings: Json | undefined;
  /** The step that the questions are at. */
  row: string;
  onRow: ((question: string, row: string) => void) | undefined;
}

export interface ChatProps {
  value: Json | undefined;
  role: string;
  unit: string;
  steps?: Steps | undefined;
  /** Messages at the beginning that are folded elsewhere. */
  skip?: number;
  /** With the map and the keys `[` and `]`: for the one dialogue that fills the width. */
  wide?: boolean;
}

export function Chat(props: ChatProps) {
  const { value, role, steps, skip = 0 } = props;
  const messages = useMemo(() => readMessages(value, role), [value, role]);
  const [only] = messages;
  if (messages.length === 1 && only && !steps && skip === 0 && !only.thought && only.calls.length === 0 && only.results.length === 0) {
    return <><Markdown text={only.text} />{only.images.map((image, i) => <ClickImage key={i} {...image} />)}</>;
  }
  return <Dialogue {...props} messages={messages} />;
}
