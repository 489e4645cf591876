/** Experiments here reach into no other account, so that these lists are empty; the operations that would fill them are not supported. */
import type { Operation } from '../../wire/operation.ts';
import type { FisContext } from '../context.ts';
import { fisOperation } from './define.ts';
import { templateOf } from './templates.ts';

/** The operations on other accounts. */
export function accountOperations({ templates, experiments }: FisContext): Operation[] {
  return [
    fisOperation('ListTargetAccountConfigurations', {
      supports: ['experimentTemplateId', 'maxResults', 'nextToken'],
      handle: ({ experimentTemplateId }) => {
        templateOf(templates, experimentTemplateId);
        return { targetAccountConfigurations: [] };
      },
    }),
    fisOperation('ListExperimentTargetAccountConfigurations', {
      supports: ['experimentId', 'nextToken'],
      handle: ({ experimentId }) => {
        experiments.get(experimentId);
        return { targetAccountConfigurations: [] };
      },
    }),
  ];
}
