/**
 * A schema that never refuses: what is wrong is replaced by the field's example, unknown keys are dropped. So the checks between
 * fields still run when one field is wrong, and all mistakes of a file come out at once.
 */
import * as z from 'zod';

/** The forgiving form of a schema made of `fields.ts`; parsing with it always succeeds. */
export function soften<Schema extends z.ZodType>(schema: Schema): z.ZodType<z.output<Schema>> {
  return forgiving(schema) as z.ZodType<z.output<Schema>>;
}

function forgiving(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional) {
    return forgiving(schema.def.innerType).optional().catch(undefined);
  }
  if (schema instanceof z.ZodObject) {
    const shape = Object.entries<z.core.$ZodType>(schema.def.shape).map(
      ([key, field]) => [key, forgiving(field)] as const,
    );
    const object = z.object(Object.fromEntries(shape));
    return object.catch(() => object.parse({}));
  }
  if (schema instanceof z.ZodRecord) {
    return z.record(z.string(), forgiving(schema.def.valueType)).catch({});
  }
  if (schema instanceof z.ZodArray) {
    return z.array(forgiving(schema.def.element)).catch([]);
  }
  const leaf = schema as z.ZodType;
  const examples = leaf.meta()?.['examples'];
  return leaf.catch(Array.isArray(examples) ? examples[0] : undefined);
}
