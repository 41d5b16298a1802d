// An image that can be looked at closely: fitted or at any size, moved by scrolling, dragging or the arrow keys.
import { useRef, useState } from 'preact/hooks';
import { shownText } from '../../markdown/controls';
import { useImage } from '../../markdown/useImage';
import { t } from '../../strings';
import { Button } from '../../ui/Button';
import { Sign } from './Sign';

const kSteps = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8];

export function ImageView({ source, alt }: { source: string; alt: string }) {
  const [anyway, setAnyway] = useState(false);
  const [failed, setFailed] = useState(false);
  const image = useImage(source);
  const name = shownText(alt.slice(0, 300));
  if (image.kind === 'loading') return <p class="soft" role="status">{t.common.loading}</p>;
  if (image.kind === 'broken' || failed) return <Broken source={source} />;
  if (image.kind === 'huge' && !anyway) {
    return (
      <div class="stack tight">
        <p>{t.reading.imageHuge(image.size?.width ?? 0, image.size?.height ?? 0)}</p>
        <div class="row">
          <Button slim onClick={() => setAnyway(true)}>{t.reading.imageAnyway}</Button>
          <a class="button slim" href={source} download>{t.reading.download}</a>
        </div>
      </div>
    );
  }
  return <Zoom source={source} alt={name} onBroken={() => setFailed(true)} />;
}

function Broken({ source }: { source: string }) {
  return (
    <div class="row">
      <span class="soft" role="status">{t.reading.imageBroken}</span>
      <a class="button slim" href={source} download>{t.reading.download}</a>
    </div>
  );
}

function Zoom({ source, alt, onBroken }: { source: string; alt: string; onBroken: () => void }) {
  /** 0: as wide as the pane. */
  const [zoom, setZoom] = useState(0);
  const [natural, setNatural] = useState(0);
  const frame = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLImageElement>(null);
  const now = (): number => zoom || (natural > 0 ? (picture.current?.clientWidth ?? natural) / natural : 1);
  const step = (by: 1 | -1): void => {
    const at = now();
    const next = by > 0 ? kSteps.find((s) => s > at * 1.01) : [...kSteps].reverse().find((s) => s < at * 0.99);
    if (next === undefined) return;
    const box = frame.current;
    const middle = box ? [(box.scrollLeft + box.clientWidth / 2) / box.scrollWidth, (box.scrollTop + box.clientHeight / 2) / box.scrollHeight] : [0.5, 0.5];
    setZoom(next);
    requestAnimationFrame(() => box?.scrollTo((middle[0] ?? 0) * box.scrollWidth - box.clientWidth / 2, (middle[1] ?? 0) * box.scrollHeight - box.clientHeight / 2));
  };
  const keys: Record<string, () => void> = { '+': () => step(1), '=': () => step(1), '-': () => step(-1), '0': () => setZoom(0) };
  const drag = (event: PointerEvent): void => {
    const box = frame.current;
    if (!box || event.button !== 0 || event.pointerType === 'touch') return;
    event.preventDefault();
    box.focus({ preventScroll: true });
    const [x, y, left, top] = [event.clientX, event.clientY, box.scrollLeft, box.scrollTop];
    const move = (to: PointerEvent): void => box.scrollTo(left - to.clientX + x, top - to.clientY + y);
    const end = (): void => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', end);
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', end);
  };
  return (
    <div class="stack tight">
      <div class="row">
        <Button slim onClick={() => step(-1)}><Sign name={t.reading.zoomOut}>−</Sign></Button>
        <Button slim onClick={() => step(1)}><Sign name={t.reading.zoomIn}>+</Sign></Button>
        <Button slim pressed={zoom === 0} onClick={() => setZoom(0)}>{t.reading.zoomFit}</Button>
        <Button slim pressed={zoom === 1} onClick={() => setZoom(1)}>{t.reading.zoomFull}</Button>
        <span class="small soft num" role="status">{zoom > 0 ? t.reading.zoomAt(Math.round(zoom * 100)) : ''}</span>
      </div>
      <div
        ref={frame} class={zoom === 0 ? 'image-frame fitted' : 'image-frame'} tabIndex={0} role="group" aria-label={t.reading.zoomHint}
        onPointerDown={drag}
        onKeyDown={(event) => {
          const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
          if (!act) return;
          event.preventDefault();
          act();
        }}
      >
        <img
          ref={picture} src={source} alt={alt} decoding="async" draggable={false} onError={onBroken}
          onLoad={(e) => setNatural(e.currentTarget.naturalWidth)} style={zoom === 0 ? {} : { inlineSize: `${natural * zoom}px` }}
        />
      </div>
    </div>
  );
}
