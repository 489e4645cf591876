/** Where AWS says what an operation does. */
export const api = (name: string): string =>
  `https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_${name}.html`;
