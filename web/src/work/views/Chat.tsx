import type { Json } from '../../api/types';
import { ClickImage, Markdown } from '../../markdown/Markdown';
import { Code } from '../../markdown/Code';
import { t } from '../../strings';
import { prettyIfJson, readMessages, type Message } from './messages';

function Body({ message }: { message: Message }) {
  const isResult = message.role === 'tool';
  const formatted = isResult ? prettyIfJson(message.text) : '';
  return (
    <>
      {message.thought ? <details><summary>{t.work.thought}</summary><Markdown text={message.thought} /></details> : null}
      {message.text === '' ? null : isResult ? <Code text={formatted} language={/^[[{]/.test(formatted) ? 'json' : ''} /> : <Markdown text={message.text} />}
      {message.images.map((image, i) => <ClickImage key={i} {...image} />)}
      {message.calls.map((call, i) => (
        <div key={i} class="stack tight">
          <p class="small"><span class="soft">{t.work.call}: </span><strong>{call.name}</strong></p>
          <Code text={call.args} language="json" />
        </div>
      ))}
    </>
  );
}

/** One message plain, several as turns. `places` gives the number of the step for messages that are rated. */
export function Chat({ value, role, places, current }: {
  value: Json | undefined; role: string; places?: Map<number, number>; current?: string;
}) {
  const messages = readMessages(value, role);
  const [only] = messages;
  if (messages.length === 1 && only && !places && only.calls.length === 0) return <Body message={only} />;
  return (
    <div class="stack tight">
      {messages.map((message, i) => {
        const place = places?.get(i);
        const names = ['turn', message.role, place === undefined ? '' : 'step', String(place) === current ? 'current' : ''];
        return (
          <article key={i} class={names.filter(Boolean).join(' ')} data-step={place}>
            <p class="who">
              <span>{t.work.who[message.role] ?? message.role}{message.name ? ` · ${message.name}` : ''}</span>
              {place === undefined ? null : <span>{t.work.step(place + 1)}</span>}
            </p>
            <Body message={message} />
          </article>
        );
      })}
    </div>
  );
}
