import type { VirtualKey } from '../../../api/models';

/** As it stands now: a key that is over is not revoked, and asks nothing either. */
export const keyState = (key: VirtualKey, now: number): 'valid' | 'expired' | 'revoked' =>
  (key.revoked ? 'revoked' : key.expires_at !== null && Date.parse(key.expires_at) <= now ? 'expired' : 'valid');
