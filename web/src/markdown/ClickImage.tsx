// An image in somebody's text: nothing of it is fetched before it is asked for.
import { useState } from 'preact/hooks';
import { t } from '../strings';
import { Button } from '../ui/Button';
import { lazy } from '../ui/lazy';
import { showableImage } from './parse';
import { shownText } from './controls';

const AskedImage = lazy(() => import('../chunks/views').then((m) => m.AskedImage));

export function ClickImage({ src, alt }: { src: string; alt: string }) {
  const allowed = showableImage(src);
  const name = shownText(alt.slice(0, 300));
  const [wanted, setWanted] = useState(false);
  if (!allowed) return <span class="soft"><bdi>[{t.common.blockedImage}{name ? `: ${name}` : ''}]</bdi></span>;
  if (!wanted) return <Button slim onClick={() => setWanted(true)}>{t.common.showImage}{name ? <bdi>{`: ${name}`}</bdi> : null}</Button>;
  return <AskedImage source={allowed} alt={name} />;
}
