import type { ProjectMember } from '../../../api';
import { t } from '../../../strings';
import { shortId } from '../../../ui/format';
import { personName } from '../run/OverviewPeople';

/** Words of our own for what is no word of the form; letters of a comparison as pages show them. */
export const labelText = (label: string): string => t.quality.labels[label] ?? (/^[a-z]$/.test(label) ? label.toUpperCase() : label);

export const methodText = (method: string): string => t.quality.methods[method] ?? method;

export function nameOf(people: ProjectMember[], member: string): string {
  const row = people.find((one) => one.member.id === member);
  return row ? personName(row) : shortId(member);
}
