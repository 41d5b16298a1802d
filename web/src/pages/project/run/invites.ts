// Many invitations out of a pasted list: one person per line, a name and an e-mail address in any of the usual ways.

export interface Invitee {
  name: string;
  email: string;
}
export interface ReadInvites {
  people: Invitee[];
  /** Lines that cannot be read, counted from 1. */
  wrong: { line: number; text: string; why: 'email' | 'twice' | 'long' }[];
}

export const kMostInvites = 200;
const kMail = /[^\s<>,;"']+@[^\s<>,;"']+/;
const kLongest = 200;

/** `Ada Lovelace <ada@x.org>`, `Ada Lovelace, ada@x.org`, `ada@x.org` or a name alone. */
export function readInvites(text: string): ReadInvites {
  const people: Invitee[] = [];
  const wrong: ReadInvites['wrong'] = [];
  const seen = new Set<string>();
  text.split(/\r?\n/).forEach((raw, at) => {
    const line = raw.trim();
    if (!line) return;
    const email = kMail.exec(line)?.[0] ?? '';
    const name = line.replace(email, '').replace(/[<>,;\t"]+/g, ' ').replace(/\s+/g, ' ').trim();
    if (!email && line.includes('@')) wrong.push({ line: at + 1, text: line, why: 'email' });
    else if (name.length > kLongest || email.length > kLongest) wrong.push({ line: at + 1, text: line, why: 'long' });
    else if (email && seen.has(email.toLowerCase())) wrong.push({ line: at + 1, text: line, why: 'twice' });
    else {
      if (email) seen.add(email.toLowerCase());
      people.push({ name, email });
    }
  });
  return { people, wrong };
}
