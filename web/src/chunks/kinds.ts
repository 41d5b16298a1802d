export { BoxesQuestion } from '../work/questions/BoxesQuestion';
export { Files } from '../work/questions/Files';
export { Group } from '../work/questions/Group';
export { Lines, Numeric } from '../work/questions/Lines';
export { Rank } from '../work/questions/Rank';
export { Rubric, Steps } from '../work/questions/Rows';
export { SegmentsQuestion } from '../work/questions/SegmentsQuestion';
export { SpansQuestion } from '../work/questions/SpansQuestion';
