import { type FaultAction, lasting } from './fault-action.ts';

/** `aws:fis:wait`: nothing but time. Source: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#fis-actions-reference-fis */
export const wait: FaultAction = {
  start: async (_, parameters, { clock }) => lasting(parameters, clock),
};
