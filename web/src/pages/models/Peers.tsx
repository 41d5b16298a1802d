// The servers that the room may reach, as the processes that reach them say: state, bytes of the day, why one was stopped.
import { useState } from 'preact/hooks';
import { keysApi } from '../../api/keys';
import type { Peer, PeerList } from '../../api/models';
import { t } from '../../strings/models';
import { DataTable, type DataColumn } from '../../ui/DataTable';
import { Details } from '../../ui/Details';
import { formatBytes, formatCount } from '../../ui/format';
import { useLoad, type Loaded } from '../../ui/hooks';
import { listOf } from '../../ui/list';
import { Empty, Load, Pill } from '../../ui/States';
import { Ago } from '../../ui/Time';
import { Command } from './Command';
import { ExposureDrawer } from './ExposureDrawer';

export function Peers({ peers, seesExposure, canAdd }: { peers: Loaded<PeerList>; seesExposure: boolean; canAdd: boolean }) {
  const [shown, setShown] = useState<string | null>(null);
  const m = t.models;
  return (
    <section class="stack" data-peers>
      <div><h2>{m.peers}</h2><p class="soft">{m.peersIntro}</p></div>
      <Load of={peers}>
        {(data) => (
          <>
            {data.sandboxed ? null : <p class="hint-card warn">{m.notBoxed}</p>}
            {data.items.length === 0 ? <Empty title={m.noPeers} text={m.noPeersHint} /> : (
              <DataTable<Peer>
                id="peers" label={m.peers} list={listOf(data.items, peers.reload)} columns={columns()} keyOf={(row) => row.name} nameOf={(row) => row.name} empty={null}
                {...(seesExposure ? {
                  onOpen: (row: Peer) => setShown(row.name),
                  actions: (row: Peer) => [{ id: 'exposure', label: m.exposure, run: () => setShown(row.name) }],
                } : {})}
              />
            )}
            {data.items.filter((one) => one.stopped_by).map((one) => <Stopped key={one.name} peer={one} />)}
            {canAdd ? <HowToAdd open={data.items.length === 0} /> : null}
          </>
        )}
      </Load>
      {shown ? <ExposureDrawer key={shown} peer={shown} onClose={() => setShown(null)} /> : null}
    </section>
  );
}

const kTones = { running: 'good', idle: undefined, stopped: 'bad' } as const;

function columns(): DataColumn<Peer>[] {
  const m = t.models;
  return [
    { id: 'name', head: m.peer, name: true, cell: (row) => <bdi>{row.name}</bdi> },
    { id: 'state', head: m.state, cell: (row) => (
      <span><Pill {...(kTones[row.state] ? { tone: kTones[row.state] } : {})}>{m.peerStates[row.state]}</Pill> <Since peer={row} /></span>
    ) },
    { id: 'host', head: m.host, cell: (row) => <bdi class="mono">{row.host}</bdi> },
    { id: 'dialect', head: m.dialect, cell: (row) => m.dialects[row.dialect] },
    { id: 'bytes', head: m.today, end: true, cell: (row) => (
      <span class={row.bytes_today >= row.bytes_per_day ? 'bad' : ''}>{m.ofDay(formatBytes(row.bytes_today), formatBytes(row.bytes_per_day))}</span>
    ) },
    { id: 'starts', head: m.starts, end: true, cell: (row) => formatCount(row.starts) },
  ];
}

function Since({ peer }: { peer: Peer }) {
  const at = peer.state === 'running' ? peer.started_at : peer.ended_at;
  return <span class="soft small">{at ? <Ago at={at} /> : t.models.never}</span>;
}

function Stopped({ peer }: { peer: Peer }) {
  const m = t.models;
  const by = peer.stopped_by;
  if (!by) return null;
  return (
    <div class="hint-card warn" data-stopped={peer.name}>
      <h3><bdi>{peer.name}</bdi>: {m.peerStates.stopped}</h3>
      <p>{m.stoppedWhy[by.why] ?? by.why} {m.stoppedCall(m.roles[by.role] ?? by.role, by.call)}</p>
      <p class="soft small">{m.stoppedNote}</p>
    </div>
  );
}

const kVendor = 'guildhall room peer add ROOM --name vendor --url https://api.example.com/v1 --key-file KEY';
const kHouse = 'guildhall room peer add ROOM --name house --url http://10.0.0.5:8000/v1 --allow 10.0.0.5';
const kSign = 'guildhall keeper sign-peers KEEPER --list ROOM/peers/peers.wish --out ROOM/peers/peers.note';

function HowToAdd({ open }: { open: boolean }) {
  const keys = useLoad(() => keysApi.keys(), []);
  const m = t.models;
  return (
    <Details summary={m.add} open={open}>
      <p>{m.addIntro}</p>
      <Command about={m.addVendor} text={kVendor} />
      <Command about={m.addHouse} text={kHouse} />
      <p class="soft small">{m.addOptions}</p>
      <h3>{m.signing}</h3>
      <Load of={keys} lines={1}>{(data) => (data.held_by === 'keeper' ? <Command about={m.signKeeper} text={kSign} /> : <p>{m.signFile}</p>)}</Load>
    </Details>
  );
}
