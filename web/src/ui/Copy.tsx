import { t } from '../strings';
import { Button } from './Button';
import { toast } from './Toast';

/** Plain HTTP outside this machine has no clipboard interface: then the text is selected for the person to copy. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'sr-only';
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  toast(t.common.copied);
}

export function CopyButton({ text, label }: { text: string; label?: string }) {
  return <Button slim look="quiet" onClick={() => void copyText(text)}>{label ?? t.common.copy}</Button>;
}
