// A new key's secret, once, and how a program uses it. It lives in this dialog and nowhere else.
import { t } from '../../../strings/models';
import { Button } from '../../../ui/Button';
import { CopyButton } from '../../../ui/Copy';
import { Dialog } from '../../../ui/Dialog';
import { Command } from '../../models/Command';
import { curlOf } from './curl';

export function SecretDialog({ secret, model, onClose }: { secret: string; model: string; onClose: () => void }) {
  const m = t.models;
  const base = location.origin;
  return (
    <Dialog title={m.secretTitle} wide onClose={onClose}>
      <p>{m.secretText}</p>
      <div class="secret">
        <strong>{m.secretLabel}</strong>
        <div class="row between"><code class="mono" dir="ltr" data-secret>{secret}</code><CopyButton text={secret} /></div>
      </div>
      <Command about={m.useOpenai} text={`${base}/v1`} />
      <Command about={m.useAnthropic} text={base} />
      <Command about={m.tryIt} text={curlOf(base, secret, model)} />
      <div class="row end"><Button look="primary" onClick={onClose}>{m.secretDone}</Button></div>
    </Dialog>
  );
}
