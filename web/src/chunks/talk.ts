export { TalkQuestion } from '../work/talk/TalkQuestion';
