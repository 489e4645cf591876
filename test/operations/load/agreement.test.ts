import { describeWithK6, K6 } from '../../measure/k6.ts';
import { agreesOnEveryProfile } from './agreement.ts';

describeWithK6('with the pinned k6', () => agreesOnEveryProfile(K6));
