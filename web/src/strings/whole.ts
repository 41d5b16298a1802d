// For tests, which draw no page: the words of all pages at once.
import { english } from '../strings';
import { personal } from './personal';
import { staff } from './staff';

Object.assign(english, personal, staff);
