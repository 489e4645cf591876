/** Words of evidence that code compares with; apart from its schema, which only reading and writing it needs. */

export const EVIDENCE_VERSION = 'surefoot/evidence/v1';

/** The code of the first reason of what a person or a runner cancelled. */
export const CANCELLED = 'cancelled';
