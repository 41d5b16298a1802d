// A ranking as the API takes it: groups of equals, best first. Every change is a new list without empty groups.
import type { Json } from '../api/types';

export type Tiers = string[][];

export function readTiers(value: Json | undefined): Tiers {
  return (Array.isArray(value) ? value : []).map((tier) => (Array.isArray(tier) ? tier.map(String) : [])).filter((tier) => tier.length > 0);
}

export const placeIn = (tiers: Tiers, id: string): number => tiers.findIndex((tier) => tier.includes(id));
const without = (tiers: Tiers, id: string): Tiers => tiers.map((tier) => tier.filter((x) => x !== id));
const filled = (tiers: Tiers): Tiers => tiers.filter((tier) => tier.length > 0);

/** Pressing an item's key: behind all others, or out again. */
export function toggled(tiers: Tiers, id: string): Tiers {
  return placeIn(tiers, id) >= 0 ? filled(without(tiers, id)) : [...tiers, [id]];
}

/** A place counted from 0 of those that are there, with equals where they are allowed; -1 takes the item out. */
export function placed(tiers: Tiers, id: string, place: number, ties: boolean): Tiers {
  const next = filled(without(tiers, id));
  if (place < 0) return next;
  const at = next[place];
  if (ties && at) at.push(id);
  else next.splice(Math.min(place, next.length), 0, [id]);
  return next;
}

/** In front of the group that is at `place` while the item is still in the list. */
export function dropped(tiers: Tiers, id: string, place: number): Tiers {
  const next: Tiers = without(tiers, id);
  next.splice(place, 0, [id]);
  return filled(next);
}

export function shifted(tiers: Tiers, id: string, by: -1 | 1): Tiers {
  const from = placeIn(tiers, id);
  if (from < 0) return tiers;
  // Out of a tie it goes alone; alone it changes places with its neighbours.
  if ((tiers[from]?.length ?? 0) > 1) return dropped(tiers, id, by < 0 ? from : from + 1);
  const to = from + by;
  return to < 0 || to >= tiers.length ? tiers : dropped(tiers, id, by < 0 ? to : to + 1);
}
