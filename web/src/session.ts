// Who is signed in. One value for the whole page; nothing about it is stored in the browser.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Me, Role } from './api';

export interface Session {
  me: Me;
  signOut: () => Promise<void>;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('used outside a session');
  return session;
}

export const canManage = (role: Role): boolean => role === 'owner' || role === 'manager';
export const canSeeAll = (role: Role): boolean => canManage(role) || role === 'auditor';
/** Who opened what; an auditor of some projects sees those. */
export const mayAudit = (role: Role): boolean => role === 'owner' || role === 'auditor';
export const canReview = (role: Role): boolean => canManage(role) || role === 'reviewer';
