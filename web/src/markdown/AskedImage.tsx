// An image that was asked for: asked about once more where it is huge.
import { useState } from 'preact/hooks';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { useImage } from './useImage';

export function AskedImage({ source, alt }: { source: string; alt: string }) {
  const [anyway, setAnyway] = useState(false);
  const [failed, setFailed] = useState(false);
  const image = useImage(source);
  if (image.kind === 'loading') return <span class="soft" role="status">{t.common.loading}</span>;
  if (image.kind === 'broken' || failed) return <span class="soft" role="status">{t.reading.imageBroken}</span>;
  if (image.kind === 'huge' && !anyway) {
    return (
      <span class="row">
        <span class="soft">{t.reading.imageHuge(image.size?.width ?? 0, image.size?.height ?? 0)}</span>
        <Button slim onClick={() => setAnyway(true)}>{t.reading.imageAnyway}</Button>
      </span>
    );
  }
  return <span class="md-image"><img src={source} alt={alt} loading="lazy" decoding="async" onError={() => setFailed(true)} /></span>;
}
