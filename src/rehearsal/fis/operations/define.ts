/** Declares an operation of FIS with the types of its model. */
import { type FisOperationName, operationSchema } from '../../../aws/fis/schemas.ts';
import type { FisInputs, FisOutputs } from '../../../aws/fis/types.ts';
import { type Operation, operation, type RequestContext } from '../../wire/operation.ts';

interface Definition<Name extends FisOperationName> {
  readonly supports: readonly string[];
  readonly inert?: Readonly<Record<string, string>>;
  readonly handle: (input: FisInputs[Name], context: RequestContext) => FisOutputs[Name] | Promise<FisOutputs[Name]>;
}

export function fisOperation<Name extends FisOperationName>(name: Name, definition: Definition<Name>): Operation {
  return operation<FisInputs[Name], FisOutputs[Name]>({
    ...definition,
    schema: operationSchema(name),
    source: `https://docs.aws.amazon.com/fis/latest/APIReference/API_${name}.html`,
  });
}
