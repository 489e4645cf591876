/** `http.ts`, begun at an agreed moment. */
import { together } from './together.ts';

export { default, options } from './http.ts';
export const setup = together(undefined);
