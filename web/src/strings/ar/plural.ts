// Arabic counts in six ways; the ones that differ in these texts are one, two, a few (3 to 10) and many (11 and more).
const rules = new Intl.PluralRules('ar');
const digits = new Intl.NumberFormat('ar');

export interface Forms {
  one: string;
  two: string;
  /** After 3 to 10: the plural. */
  few: string;
  /** After 11 and more: the accusative singular. */
  many: string;
  /** After 100, 200 …: the singular. */
  other: string;
}

export const numeral = (n: number): string => digits.format(n);

/** "مهمة واحدة", "مهمتان", "٣ مهام", "١١ مهمة". */
export function counted(n: number, forms: Forms): string {
  switch (rules.select(n)) {
    case 'one': return forms.one;
    case 'two': return forms.two;
    case 'few': return `${numeral(n)} ${forms.few}`;
    case 'many': return `${numeral(n)} ${forms.many}`;
    default: return `${numeral(n)} ${forms.other}`;
  }
}

export const kLetters: Forms = { one: 'حرف واحد', two: 'حرفان', few: 'أحرف', many: 'حرفًا', other: 'حرف' };
export const kChanges: Forms = { one: 'تغيير واحد', two: 'تغييران', few: 'تغييرات', many: 'تغييرًا', other: 'تغيير' };
export const kQuestions: Forms = { one: 'سؤال واحد', two: 'سؤالان', few: 'أسئلة', many: 'سؤالًا', other: 'سؤال' };
export const kCriteria: Forms = { one: 'معيار واحد', two: 'معياران', few: 'معايير', many: 'معيارًا', other: 'معيار' };
export const kPassages: Forms = { one: 'مقطع واحد', two: 'مقطعان', few: 'مقاطع', many: 'مقطعًا', other: 'مقطع' };
export const kBoxes: Forms = { one: 'إطار واحد', two: 'إطاران', few: 'إطارات', many: 'إطارًا', other: 'إطار' };
export const kFiles: Forms = { one: 'ملف واحد', two: 'ملفان', few: 'ملفات', many: 'ملفًا', other: 'ملف' };
export const kProjects: Forms = { one: 'مشروع واحد', two: 'مشروعان', few: 'مشاريع', many: 'مشروعًا', other: 'مشروع' };
export const kTasks: Forms = { one: 'مهمة واحدة', two: 'مهمتان', few: 'مهام', many: 'مهمة', other: 'مهمة' };
export const kAnswers: Forms = { one: 'إجابة واحدة', two: 'إجابتان', few: 'إجابات', many: 'إجابة', other: 'إجابة' };
export const kLines: Forms = { one: 'سطر واحد', two: 'سطران', few: 'أسطر', many: 'سطرًا', other: 'سطر' };
export const kMessages: Forms = { one: 'رسالة واحدة', two: 'رسالتان', few: 'رسائل', many: 'رسالة', other: 'رسالة' };
export const kPlaces: Forms = { one: 'موضع واحد', two: 'موضعان', few: 'مواضع', many: 'موضعًا', other: 'موضع' };
export const kPeople: Forms = { one: 'شخص واحد', two: 'شخصان', few: 'أشخاص', many: 'شخصًا', other: 'شخص' };
export const kTurns: Forms = { one: 'دور واحد', two: 'دوران', few: 'أدوار', many: 'دورًا', other: 'دور' };
