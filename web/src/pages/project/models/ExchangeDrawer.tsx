// One exchange. Its figures are there at once; what was said is sealed, and reading it is an opening that one asks for.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { modelsApi, type Exchange, type OpenedExchange } from '../../../api/models';
import { t } from '../../../strings/models';
import { Button } from '../../../ui/Button';
import { Drawer } from '../../../ui/Drawer';
import { formatCount, formatExact, shortId } from '../../../ui/format';
import { useAction } from '../../../ui/hooks';
import { ErrorCard, Pill } from '../../../ui/States';
import { formatTokens, formatUnits } from '../../models/amount';
import { currencyOf, exchangeTone, keyNameOf, latencyOf } from './Exchanges';
import type { Known } from './index';
import { Said } from './Said';

export function ExchangeDrawer({ id, row, known, mayOpen, onClose }: {
  id: string; row: Exchange | null; known: Known; mayOpen: boolean; onClose: () => void;
}) {
  const [opened, setOpened] = useState<OpenedExchange | null>(null);
  const action = useAction();
  const m = t.models;
  const shown = opened ?? row;
  return (
    <Drawer title={shown ? `${m.exchange} · ${formatExact(shown.at)}` : `${m.exchange} · ${shortId(id)}`} onClose={onClose}>
      {shown ? <Figures row={shown} known={known} content={opened?.content ?? null} /> : null}
      {action.problem ? <ErrorCard problem={action.problem} /> : null}
      {opened ? (opened.content ? <Said content={opened.content} /> : <p class="soft">{m.noContent}</p>)
        : shown && !shown.has_content ? <p class="soft">{m.noContent}</p>
        : !mayOpen ? <p class="soft">{m.auditorNote}</p> : (
          <div class="hint-card" data-opening>
            <p>{m.openingNote}</p>
            <div class="row">
              <Button look="primary" busy={action.busy} onClick={() => void action.run(async () => setOpened(await modelsApi.exchange(id)))}>{m.open}</Button>
            </div>
          </div>
        )}
      {opened ? <p class="small soft" role="status">{m.opened}</p> : null}
    </Drawer>
  );
}

function Figures({ row, known, content }: { row: Exchange; known: Known; content: OpenedExchange['content'] }) {
  const m = t.models;
  const facts: [string, ComponentChildren][] = [
    [m.state, <><Pill {...exchangeTone(row.state)}>{m.states[row.state]}</Pill> <span class="soft small">{m.stateHelp[row.state]}</span></>],
    [m.purpose, m.purposes[row.purpose]],
    [m.key, <bdi>{keyNameOf(known, row.key)}</bdi>],
    [m.budget, <bdi>{known.budgets.data?.find((one) => one.id === row.budget)?.name ?? shortId(row.budget)}</bdi>],
    [m.asked, row.member === null ? m.program : <bdi>{known.members.get(row.member) ?? shortId(row.member)}</bdi>],
    ...(content ? [[m.model, <bdi>{content.model}</bdi>], [m.answeredBy, <bdi>{content.peer ? `${content.peer} · ${content.target}` : '–'}</bdi>]] as [string, ComponentChildren][] : []),
    [m.tokens, <><span class="num">{formatTokens(row.input_tokens, row.output_tokens)}{row.cached_tokens > 0 ? ` (${m.cached}: ${formatCount(row.cached_tokens)})` : ''}</span> <span class="soft small">{row.measured ? m.measured : m.bounded}</span></>],
    [m.cost, <span class="num">{formatUnits(row.cost, currencyOf(known, row.budget))}</span>],
    [m.latency, <span class="num">{latencyOf(row)}</span>],
  ];
  return <dl class="facts">{facts.map(([name, value]) => <><dt>{name}</dt><dd>{value}</dd></>)}</dl>;
}
