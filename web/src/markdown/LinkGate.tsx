// A link out of somebody's text: the person sees the whole address and decides. Nothing is fetched before.
import { useEffect, useState } from 'preact/hooks';
import { t } from '../strings';
import { Dialog } from '../ui/Dialog';
import { CopyButton } from '../ui/Copy';

let show: ((url: string | null) => void) | null = null;

export function askToOpen(url: string): void {
  show?.(url);
}

export function LinkGate() {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    show = setUrl;
    return () => {
      show = null;
    };
  }, []);
  if (!url) return null;
  return (
    <Dialog title={t.common.openLink} onClose={() => setUrl(null)}>
      <p>{t.common.openLinkHint}</p>
      <p class="mono">{url}</p>
      <div class="row end">
        <CopyButton text={url} />
        <a class="button" href={url} target="_blank" rel="noopener noreferrer nofollow" onClick={() => setUrl(null)}>
          {t.common.openIt}
        </a>
      </div>
    </Dialog>
  );
}
