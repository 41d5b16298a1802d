// What is open in a dialogue. Its answers are on the server, not in the person's answer, so only the part of the page that shows it
// knows; gaps.ts asks here.
import type { Json } from '../../api/types';

export type TalkGap =
  | { reason: 'few'; least: number; now: number }
  | { reason: 'turns'; now: number; row: number }
  | { reason: 'busy' };
type Look = (value: Json) => TalkGap | null;

class Known {
  /** Counts up when what is open may have changed. */
  round = 0;
  private readonly looks_ = new Map<string, Look>();

  look(question: string, value: Json): TalkGap | null {
    return this.looks_.get(question)?.(value) ?? null;
  }

  /** Returns its own end. */
  tell(question: string, look: Look): () => void {
    this.looks_.set(question, look);
    this.round++;
    return () => {
      if (this.looks_.get(question) === look) this.looks_.delete(question);
    };
  }
}

export const known = new Known();
