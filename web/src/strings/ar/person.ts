import type { Strings } from '../../strings';
import { counted, numeral } from './plural';

export const commands: Strings['commands'] = {
  paletteTitle: 'الأوامر والصفحات',
  paletteHint: 'اكتب لتجد أمرًا أو صفحة أو مشروعًا.',
  palettePlaceholder: 'ابحث…',
  results: (n) => (n === 0 ? 'لا نتائج' : counted(n, { one: 'نتيجة واحدة', two: 'نتيجتان', few: 'نتائج', many: 'نتيجة', other: 'نتيجة' })),
  none: 'لا شيء يطابق. جرّب حروفًا أقل، أو اضغط Esc.',
  groups: { here: 'في هذه الصفحة', everywhere: 'في كل مكان', pages: 'الصفحات', projects: 'المشاريع' },
  showKeys: 'اعرض كل المفاتيح',
  showPalette: 'ابحث عن أمر أو صفحة أو مشروع',
  leaveField: 'اخرج من حقل النص، لتعمل المفاتيح ثانية',
  keysNote: 'تعمل المفاتيح ما دام المؤشر خارج حقول النص.',
  toProjects: 'إلى مشاريعك',
  toAccount: 'إلى حسابك وتفضيلاتك',
  toNew: 'أنشئ مشروعًا جديدًا',
  openProject: (title) => `افتح ${title}`,
  work: (title) => `اعمل في ${title}`,
  review: (title) => `راجع ${title}`,
  history: 'عملي في هذا المشروع',
};

export const pay: Strings['pay'] = {
  rate: { hour: (money) => `${money} للساعة`, task: (money) => `${money} للمهمة` },
  today: (money) => `${money} اليوم`,
  earned: 'كسب اليوم',
  worked: 'عمل اليوم',
  submitted: 'أُرسل اليوم',
  nth: (n) => `المهمة ${n} اليوم`,
  note: 'من الوقت المسجل وأجر المشروع. والحَكَم ما اتُّفق عليه معك.',
};

export const time: Strings['time'] = {
  title: 'وقتك اليوم',
  running: 'الموقّت يعمل',
  paused: 'متوقف',
  pausedWhy: 'أما زلت تعمل؟ الموقّت ينتظر إشارة منك. التوقف لا يُحسب عليك أبدًا.',
  reading: 'قراءة الإرشادات: تُحسب كذلك',
  researching: 'بحث في مكان آخر: يُحسب وقته بحثًا',
  researchStart: 'بحث في موضع آخر',
  researchEnd: 'عدت',
  researchNoted: (length) => `سُجّل بحث مدته ${length}.`,
};

export const desk: Strings['desk'] = {
  badge: (n) => `الإرشادات ن${numeral(n)}`,
  isNew: 'جديد',
  flag: 'أبلغ عن هذه المهمة',
  ask: 'اسأل المسؤول',
};
