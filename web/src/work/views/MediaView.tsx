// A recording with the browser's own controls. What kind it is, its file says.
import { useState } from 'preact/hooks';
import { fileHead } from '../../markdown/useImage';
import { t } from '../../strings';
import { useLoad } from '../../ui/hooks';

export function MediaView({ source, kind, alt }: { source: string; kind: 'audio' | 'video' | 'media'; alt: string }) {
  const head = useLoad(() => (kind === 'media' ? fileHead(source).then((h) => h.type) : Promise.resolve(`${kind}/any`)), [source, kind]);
  const [broken, setBroken] = useState(false);
  const label = alt.slice(0, 300) || undefined;
  if (broken || head.problem || (head.data !== null && !/^(?:audio|video)\//.test(head.data))) {
    return (
      <div class="row">
        <span class="soft" role="status">{t.reading.mediaBroken}</span>
        <a class="button slim" href={source} download>{t.reading.download}</a>
      </div>
    );
  }
  if (head.data === null) return <p class="soft" role="status">{t.common.loading}</p>;
  return head.data.startsWith('audio/')
    ? <audio class="player" controls preload="metadata" src={source} aria-label={label} onError={() => setBroken(true)} />
    : <video class="player" controls preload="metadata" src={source} aria-label={label} onError={() => setBroken(true)} />;
}
