import type { Strings } from '../../strings';

export const projects: Strings['projects'] = {
  title: 'المشاريع',
  create: 'مشروع جديد',
  emptyTitle: 'لا مشروع بعد',
  emptyManager: 'يحمل المشروع ما يقرؤه الناس وما يُسألون عنه وإجاباتهم. أنشئ الأول: يلزمه عنوان ونوع العمل.',
  emptyExpert: 'لم تُضف إلى مشروع بعد. يستطيع ذلك من دعاك؛ وهذه الصفحة تعرضه فورًا.',
  states: { draft: 'قيد الإعداد', open: 'مفتوح', paused: 'موقوف', closed: 'مغلق' },
  work: 'اعمل',
  review: 'راجع',
  queue: 'دور المراجعة',
  adjudicate: 'احسم الاختلافات',
  open: 'افتح المشروع',
  returnedTitle: 'أُعيد إليك',
  returnedHint: 'يطلب مراجع تغييرًا. إجاباتك السابقة محفوظة.',
  revise: 'عدّل',
  goOn: 'تابع',
  openTitle: 'محجوز لك',
  reservedUntil: (time) => `محجوز لك حتى ${time}`,
  notOpen: 'غير مفتوح للعمل الآن',
  newTitle: 'مشروع جديد',
  fieldTitle: 'العنوان',
  titleHelp: 'يراه كل من في المشروع.',
  needTitle: 'أعطِ المشروع عنوانًا.',
  kind: 'ما نوع العمل؟',
  guidelines: 'الإرشادات',
  guidelinesHelp: 'ما ينبغي أن ينتبه له الناس، بصيغة Markdown. كل تغيير لاحق نسخة جديدة، وكل إجابة تذكر نسختها.',
  defaultGuidelines: '# ما ينبغي الانتباه له\n\n- \n\n# عند الشك\n\n- ',
  settings: 'الإعدادات',
  createIt: 'أنشئ المشروع',
  created: 'أُنشئ. التالي: استورد ملف مهام.',
};

export const templates: Strings['templates'] = {
  preference: 'قارن الإجابات', rubric: 'قيّم بالمعايير', demonstration: 'اكتب الإجابة المثلى', authoring: 'اكتب مهامًا',
  steps: 'قيّم كل خطوة', trajectory: 'احكم على عمل وكيل', choice: 'اختر إجابة', spans: 'علّم مقاطع', dialogue: 'حاور النماذج', custom: 'نموذج خاص',
};
