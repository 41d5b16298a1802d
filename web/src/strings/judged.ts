// What a reviewer's verdict is called, to the reviewer and to the person.
export const judged = {
  title: 'Review',
  reasons: {
    wrong: 'Wrong answer', guidelines: 'Against the guidelines', incomplete: 'Incomplete', quality: 'Careless',
    spam: 'Not a real answer', other: 'Another reason',
  },
  verdicts: { accept: 'Accepted', fix: 'Corrected', return: 'Returned', reject: 'Rejected' },
};
