// What this person has done and earned in a project since midnight here, as the server counts it.
import { useEffect } from 'preact/hooks';
import { personApi, type Today } from '../api/person';
import { useSession } from '../session';
import { useLoad } from '../ui/hooks';
import { timeQueue } from './keep';
import { startOfDay } from './timeLog';

export const todaySince = (): string => new Date(startOfDay(Date.now())).toISOString();

export function useToday(project: string, round: string): { today: Today | null; reload: () => void } {
  const member = useSession().me.member.id;
  const loaded = useLoad(async () => {
    await timeQueue.flush(member);
    return personApi.today(project, todaySince());
  }, [project, round]);
  useEffect(() => {
    const again = (): void => loaded.reload();
    window.addEventListener('online', again);
    return () => window.removeEventListener('online', again);
  }, [loaded.reload]);
  return { today: loaded.data, reload: loaded.reload };
}
