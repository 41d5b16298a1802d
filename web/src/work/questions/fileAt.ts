// A file that a task names: its id, or {file, alt}.
import type { Json } from '../../api/types';

export function fileAt(value: Json | undefined): { id: string; alt: string; source: string } | null {
  const object = value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null;
  const id = object ? object.file : value;
  const alt = typeof object?.alt === 'string' ? object.alt : '';
  return typeof id === 'string' && /^fil_[0-9A-Za-z]+$/.test(id) ? { id, alt, source: `/api/v1/files/${id}` } : null;
}
