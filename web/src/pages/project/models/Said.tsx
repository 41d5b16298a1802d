// What was said in an exchange: as turns with their roles, or the bytes as they were sent. All of it is text and nothing else.
import { useMemo, useState } from 'preact/hooks';
import type { ExchangeContent } from '../../../api/models';
import { LongText } from '../../../markdown/LongText';
import { t } from '../../../strings/models';
import { Button, Segmented } from '../../../ui/Button';
import { CopyButton } from '../../../ui/Copy';
import { prettyIfJson, type Message } from '../../../work/views/messages';
import { turnsOf } from './turns';

export function Said({ content }: { content: ExchangeContent }) {
  const plain = content.encoding === 'text';
  const [view, setView] = useState<'turns' | 'sent'>(plain ? 'turns' : 'sent');
  const m = t.models;
  return (
    <>
      {plain ? <div class="row"><Segmented label={m.view} value={view} onChange={setView} options={[['turns', m.turns], ['sent', m.sent]]} /></div> : <p class="soft">{m.binary}</p>}
      {content.reply_cut ? <p class="warn">{m.cut}</p> : null}
      {view === 'turns' ? <AsTurns content={content} /> : (
        <>
          <Bytes title={m.request} text={content.request} />
          <Bytes title={m.reply} text={content.reply} />
        </>
      )}
    </>
  );
}

function AsTurns({ content }: { content: ExchangeContent }) {
  const turns = useMemo(() => turnsOf(content.request, content.reply), [content]);
  const m = t.models;
  return (
    <>
      <section class="stack" data-asked>
        <h3>{m.request}</h3>
        {turns.asked.length > 0 ? <Turns all={turns.asked} /> : <p class="soft">{m.nothingAsked}</p>}
      </section>
      <section class="stack" data-answered>
        <h3>{m.reply}</h3>
        <Turns all={turns.answered} />
        {turns.error !== null ? <div class="error-card"><p class="strong">{m.failed}</p><LongText text={turns.error} /></div>
          : turns.answered.length === 0 ? <p class="soft">{m.nothingAnswered}</p> : null}
      </section>
    </>
  );
}

/** A program may have sent a hundred thousand: the first are drawn, more when they are asked for. */
const kTurnsAtOnce = 200;

function Turns({ all }: { all: Message[] }) {
  const [most, setMost] = useState(kTurnsAtOnce);
  const hidden = all.length - most;
  return (
    <>
      {all.slice(0, most).map((one, i) => <Turn key={i} message={one} />)}
      {hidden > 0 ? (
        <div class="row"><Button slim onClick={() => setMost(most + kTurnsAtOnce)}>{t.reading.moreMessages(Math.min(kTurnsAtOnce, hidden), hidden)}</Button></div>
      ) : null}
    </>
  );
}

const kRoles = ['system', 'developer', 'user', 'assistant', 'tool'];

function Turn({ message }: { message: Message }) {
  const m = t.models;
  return (
    <article class={`turn ${kRoles.includes(message.role) ? message.role : ''}`} data-role={message.role}>
      <header>{t.work.who[message.role] ?? message.role}{message.name ? <> · <bdi>{message.name}</bdi></> : null}</header>
      {message.thought ? <Part title={m.thought} text={message.thought} /> : null}
      {message.text ? <LongText text={message.text} /> : null}
      {message.calls.map((call, i) => <Part key={i} title={m.call(call.name)} text={call.args} code />)}
      {message.results.map((result, i) => <Part key={i} title={m.result} text={result.text} />)}
      {message.images.length > 0 ? <p class="soft small">{m.image(message.images.length)}</p> : null}
    </article>
  );
}

function Part({ title, text, code }: { title: string; text: string; code?: boolean }) {
  return <div class="part"><span class="soft small"><bdi>{title}</bdi></span><LongText text={text} code={code ?? false} /></div>;
}

function Bytes({ title, text }: { title: string; text: string }) {
  return (
    <section class="stack" aria-label={title}>
      <div class="row between"><h3>{title}</h3><CopyButton text={text} /></div>
      <div class="code-block"><LongText text={prettyIfJson(text)} code /></div>
    </section>
  );
}
