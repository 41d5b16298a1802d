import type { Strings } from '../../strings';

export const judged: Strings['judged'] = {
  title: 'المراجعة',
  reasons: {
    wrong: 'إجابة خاطئة', guidelines: 'مخالف للإرشادات', incomplete: 'ناقص', quality: 'بلا عناية',
    spam: 'ليس إجابة حقيقية', other: 'سبب آخر',
  },
  verdicts: { accept: 'مقبول', fix: 'مصحَّح', return: 'مُعاد', reject: 'مرفوض' },
};
