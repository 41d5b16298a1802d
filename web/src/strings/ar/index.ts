import { english, type Strings } from '../../strings';

export const arabic: Strings = english;
