// One message of a dialogue or run: what was thought, said, called and given back, each in its own form.
import { useState } from 'preact/hooks';
import { ClickImage } from '../../markdown/ClickImage';
import { Lazy } from '../../markdown/Lazy';
import { LongText } from '../../markdown/LongText';
import { Markdown } from '../../markdown/Markdown';
import { RevealContext, useReveal } from '../../markdown/reveal';
import { shown } from '../../markdown/Shown';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { copyText } from '../../ui/Copy';
import { Pill } from '../../ui/States';
import { steady } from './Guarded';
import { JsonTree } from './JsonTree';
import type { MarkState } from './mapLayout';
import { messageText, parsed, type Call, type Message, type Result } from './messages';
import { useUnit } from './page';

const kResultLines = 16;
const kResultChars = 1600;
/** Larger JSON is shown as text: reading it into a tree would hold the page up. */
const kLargestTree = 1_000_000;

function Thought({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  useReveal(() => setOpen(true));
  return (
    <details class="thought" open={open} onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{t.work.thought}</summary>
      {open ? <Markdown text={text} /> : null}
    </details>
  );
}

function CallPart({ call }: { call: Call }) {
  return (
    <div class="call">
      <p class="small"><span class="soft">{t.work.call}</span> <strong class="mono"><bdi>{shown(call.name)}</bdi></strong></p>
      {call.tree !== undefined ? <JsonTree value={call.tree} /> : call.args.trim() ? <LongText text={call.args} code lines={kResultLines} chars={kResultChars} /> : null}
    </div>
  );
}

function ResultPart({ result }: { result: Result }) {
  const tree = result.text.length <= kLargestTree ? parsed(result.text) : undefined;
  return (
    <div class={result.error ? 'result failed' : 'result'}>
      {tree !== undefined ? <JsonTree value={tree} /> : <LongText text={result.text} lines={kResultLines} chars={kResultChars} />}
    </div>
  );
}

export function Body({ message }: { message: Message }) {
  return (
    <>
      {message.thought ? <Thought text={message.thought} /> : null}
      {message.text === '' ? null : <Markdown text={message.text} />}
      {message.images.map((image, i) => <ClickImage key={i} {...image} />)}
      {message.calls.map((call, i) => <CallPart key={i} call={call} />)}
      {message.results.map((result, i) => <ResultPart key={i} result={result} />)}
    </>
  );
}

const kTones = { good: 'good', neutral: undefined, bad: 'bad', open: undefined, none: undefined } as const;

function StatePill({ state }: { state: MarkState }) {
  if (state === 'none') return null;
  const tone = kTones[state];
  if (state === 'open') return <span class="sr-only">{t.reading.unrated}</span>;
  return <Pill {...(tone ? { tone } : {})}>{state === 'good' ? '✓ ' : state === 'bad' ? '✗ ' : '– '}{t.work.steps[state]}</Pill>;
}

function titleOf(message: Message): string {
  if (message.role === 'tool' || message.role === 'function') return message.name ? t.reading.resultOf(message.name) : t.work.result;
  const who = t.work.who[message.role] ?? message.role;
  return message.name ? `${who} · ${message.name}` : who;
}

export interface CardProps {
  message: Message;
  index: number;
  unit: string;
  /** Its number among the steps that are rated. */
  step: number | undefined;
  state: MarkState;
  /** The row that the questions are at. */
  current: boolean;
  onPick: ((step: number) => void) | undefined;
}

export const Card = steady(function Card({ message, index, unit, step, state, current, onPick }: CardProps) {
  const reveal = useUnit(unit);
  const size = messageText(message).length;
  const names = ['turn', /^(?:system|developer|user|assistant|tool)$/.test(message.role) ? message.role : 'user',
    step === undefined ? '' : 'step', current ? 'current' : '', message.error ? 'failed' : ''];
  return (
    <article
      class={names.filter(Boolean).join(' ')} data-step={step} data-card={index} data-unit={unit} tabIndex={-1}
      aria-label={`${index + 1} · ${titleOf(message)}`} onClick={step === undefined || !onPick ? undefined : () => onPick(step)}
    >
      <header class="who">
        <span class="row tight-row">
          <span class="soft num">{index + 1}</span>
          <strong><bdi>{shown(titleOf(message))}</bdi></strong>
          {message.error ? <Pill tone="bad">{t.reading.error}</Pill> : null}
        </span>
        <span class="row tight-row">
          {step === undefined ? null : <span>{t.work.step(step + 1)}</span>}
          <StatePill state={state} />
          <Button
            slim look="quiet" class="copy-one"
            onClick={(event) => {
              event.stopPropagation();
              void copyText(messageText(message));
            }}
          >
            {t.common.copy}
          </Button>
        </span>
      </header>
      <RevealContext.Provider value={reveal}>
        {index < 3 ? <Body message={message} /> : <Lazy size={size}>{() => <Body message={message} />}</Lazy>}
      </RevealContext.Provider>
    </article>
  );
});
