import { CopyButton } from '../../ui/Copy';

/** A line to be typed elsewhere, with what it is for. */
export function Command({ about, text }: { about: string; text: string }) {
  return (
    <div class="command">
      <p>{about}</p>
      <div class="row between"><code class="bytes" dir="ltr">{text}</code><CopyButton text={text} /></div>
    </div>
  );
}
